// A job that was started by hand is seen to run: while one of the clock's jobs waits or runs, the page is asked for anew.
const part = document.querySelector('[data-jobs]');
if (part.dataset.jobs === 'busy') setTimeout(refresh, 1000);

async function refresh() {
  if (await isDone().catch(() => false)) return;
  setTimeout(refresh, document.hidden ? 5000 : 1000);
}

async function isDone() {
  // Somebody who is about to press a button is left alone.
  if (part.contains(document.activeElement)) return false;
  const answer = await fetch('/admin/jobs', { headers: { 'x-live': '1' } });
  if (answer.redirected || (answer.status >= 400 && answer.status < 500)) return true;
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const news = page.querySelector('[data-jobs]');
  part.replaceChildren(...news.childNodes);
  return news.dataset.jobs !== 'busy';
}
