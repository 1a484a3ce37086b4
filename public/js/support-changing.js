// One's own message or note, changed where it stands. Without this the same form is a page of its own.
const log = document.querySelector('[data-log]');

log?.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-change]');
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    await open(link);
  }
  if (event.target.closest('[data-change-cancel]')) {
    event.preventDefault();
    close(event.target.closest('[data-change-form]'));
  }
});
log?.addEventListener('submit', (event) => {
  const form = event.target.closest('[data-change-form]');
  if (!form) return;
  event.preventDefault();
  send(event.target, form);
});
log?.addEventListener('keydown', (event) => {
  const form =
    event.key === 'Escape' && !document.querySelector('dialog[open]') && event.target.closest('[data-change-form]');
  if (form) close(form);
});

// Its time is over: the page that is left open offers it no more.
setInterval(() => {
  for (const link of log?.querySelectorAll('[data-change]') ?? []) {
    const at = link.closest('.chat-meta').querySelector('time').dateTime;
    if (Date.now() - Date.parse(at) > Number(log.dataset.changeMinutes) * 60_000) link.remove();
  }
}, 10_000);

async function open(link) {
  const { id } = link.closest('.chat-row');
  const answer = await fetch(link.href).catch(() => null);
  const page = answer?.ok && !answer.redirected ? await answer.text() : '';
  const form = new DOMParser().parseFromString(page, 'text/html').querySelector('[data-change-form]');
  // The row may have been drawn anew meanwhile: changed in another tab, or its thread merged.
  const bubble = document.getElementById(id)?.querySelector('.chat-bubble');
  if (bubble?.querySelector('[data-change-form]')) return;
  if (!form || !bubble) return location.assign(link.href);
  bubble.append(document.adoptNode(form));
  show(bubble, false);
  const text = form.querySelector('textarea');
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

async function send(sent, form) {
  const error = form.querySelector('[data-change-error]');
  sent.closest('dialog')?.close();
  try {
    const body = new URLSearchParams(new FormData(sent));
    const answer = await fetch(sent.action, { method: 'POST', headers: { accept: 'application/json' }, body });
    if (answer.redirected) return location.reload();
    if (answer.ok) {
      close(form);
      return document.dispatchEvent(new CustomEvent('live:again', { detail: {} }));
    }
    error.textContent = (await answer.json()).error;
  } catch {
    error.textContent = log.dataset.offline;
  }
  error.hidden = false;
}

function close(form) {
  const bubble = form.closest('.chat-bubble');
  form.remove();
  show(bubble, true);
  bubble.querySelector('[data-change]')?.focus();
}

const show = (bubble, shown) => {
  for (const part of bubble.querySelectorAll(':scope > :not([data-change-form], .chat-author)')) part.hidden = !shown;
};
