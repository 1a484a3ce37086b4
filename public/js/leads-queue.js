// Moderation by keyboard: keys by their place, so that a Russian layout works too. Without this, by buttons.
// What keeps a picture inside the window; a press takes it off and puts it back.
const fits = ['max-w-[94vw]', 'max-h-[94vh]'];

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const zoomed = document.querySelector('[data-zoomed][open]');
  if (event.code === 'KeyZ') return zoomed ? zoomed.close() : zoom(document.querySelector('[data-zoom]'));
  const dialog = document.querySelector('dialog[open]');
  const target = control(dialog ?? document, event.code);
  if (!target || zoomed) return;
  event.preventDefault();
  target.click();
});

document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-zoom]');
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    zoom(link);
  }
  const toggle = event.target.closest('[data-zoom-toggle]');
  if (toggle) for (const fit of fits) toggle.querySelector('img').classList.toggle(fit);
  else if (event.target.matches?.('[data-zoomed]')) event.target.close();
});

function control(within, code) {
  const found = within.querySelector(`[data-code="${code}"], [data-code-2="${code}"]`);
  const inOtherDialog = found?.closest('dialog') && within === document;
  return inOtherDialog ? null : found;
}

function zoom(link) {
  const dialog = document.querySelector('[data-zoomed]');
  if (!link || !dialog) return;
  const picture = document.createElement('img');
  picture.src = link.href;
  picture.alt = link.querySelector('img').alt;
  picture.classList.add(...fits);
  dialog.querySelector('[data-zoom-toggle]').replaceChildren(picture);
  dialog.showModal();
}

function isTyping(element) {
  return element.matches?.('input:not([type=checkbox], [type=radio]), textarea, select, video');
}
