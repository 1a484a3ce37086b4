// The agent's contacts: what was copied is marked here at once, and remembered by the server.
document.addEventListener('copied', (event) => {
  const ids = event.target.dataset.copiedIds;
  if (!ids) return;
  for (const id of ids.split(',')) {
    const mark = document.querySelector(`#contact-${id} [data-copied-mark]`);
    if (mark) mark.hidden = false;
  }
  remember(ids);
});

// keepalive: the answer does not matter to the page, and the person may already be leaving it.
function remember(ids) {
  const one = !ids.includes(',');
  const form = one ? undefined : new URLSearchParams({ ids });
  fetch(one ? `/cabinet/contacts/${ids}/copy` : '/cabinet/contacts/copies', {
    method: 'POST',
    body: form,
    keepalive: true,
  }).catch(() => {});
}
