// An import's progress without reloading the page. When there is another page to see (204), the page is loaded anew.
const part = document.querySelector('[data-progress]');
if (part) setTimeout(refresh, 1000);

async function refresh() {
  let pause = 1000;
  try {
    const response = await fetch(part.dataset.progress, { headers: { accept: 'text/html' } });
    if (response.status === 204) return location.reload();
    if (!response.ok) throw new Error(String(response.status));
    part.innerHTML = await response.text();
  } catch {
    // The server may be restarting: the import goes on without us, so ask again later.
    pause = 5000;
  }
  setTimeout(refresh, document.hidden ? 5000 : pause);
}
