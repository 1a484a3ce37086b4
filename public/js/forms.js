// Password reveal, filters that send themselves, and one press of a button being one request.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-password-toggle]');
  if (button) togglePassword(button);
});

document.addEventListener('change', (event) => {
  const form = event.target.form;
  if (form && (event.target.matches('[data-autosubmit]') || event.target.closest('[data-autosubmit-group]'))) {
    form.requestSubmit();
  }
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === 'dialog') return;
  if (form.matches('[data-filters]')) leaveOutEmpty(form);
  if (form.method === 'post' && form.target !== '_blank') once(event);
});

// Back button: a page kept in memory comes back with its buttons alive.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) release(form);
});
document.addEventListener('htmx:finally:request', (event) => {
  const form = event.target.closest?.('form[data-sent]');
  if (form) release(form);
});

// On a phone the filters are folded; who sets one mostly sets another, and each brings a new page.
for (const fold of document.querySelectorAll('.filters-fold')) {
  const key = `filters ${location.pathname}`;
  fold.open = sessionStorage.getItem(key) === 'open';
  fold.addEventListener('toggle', () => sessionStorage.setItem(key, fold.open ? 'open' : ''));
}

function togglePassword(button) {
  const input = document.getElementById(button.dataset.passwordToggle);
  const shown = input.type === 'text';
  input.type = shown ? 'password' : 'text';
  button.setAttribute('aria-pressed', String(!shown));
  button.setAttribute('aria-label', document.body.dataset[shown ? 'showPassword' : 'hidePassword']);
}

function leaveOutEmpty(form) {
  for (const control of form.elements) if (control.name && control.value === '') control.disabled = true;
  setTimeout(() => {
    for (const control of form.elements) if (control.name && control.value === '') control.disabled = false;
  });
}

function once(event) {
  const form = event.target;
  if ('sent' in form.dataset) return event.preventDefault();
  form.dataset.sent = '';
  // After the browser has collected the fields: a disabled button would not send its own name and value.
  setTimeout(() => {
    event.submitter?.setAttribute('aria-busy', 'true');
    event.submitter?.prepend(spinner());
  });
  // A download answers without leaving the page, so the form must not stay shut for ever.
  setTimeout(() => release(form), 15_000);
}

function release(form) {
  delete form.dataset.sent;
  for (const button of document.querySelectorAll('button[aria-busy]')) {
    if (button.form !== form) continue;
    button.removeAttribute('aria-busy');
    button.querySelector('.spinner')?.remove();
  }
}

function spinner() {
  const mark = document.createElement('span');
  mark.className = 'spinner';
  return mark;
}
