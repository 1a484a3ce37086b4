// A confirmation opens as a modal dialog (focus kept inside) instead of the popover it is without scripts.
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-dialog]');
  if (opener) {
    event.preventDefault();
    open(document.getElementById(opener.dataset.dialog));
  }
  const closer = event.target.closest('[data-dialog-close]');
  if (closer) {
    event.preventDefault();
    closer.closest('dialog').close();
  }
  if (event.target instanceof HTMLDialogElement && event.target.matches('.dialog')) closeFromOutside(event);
});

function open(dialog) {
  dialog.removeAttribute('popover');
  dialog.showModal();
}

function closeFromOutside({ target: dialog, clientX: x, clientY: y }) {
  const box = dialog.getBoundingClientRect();
  if (x < box.left || x > box.right || y < box.top || y > box.bottom) dialog.close();
}
