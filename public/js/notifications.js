// The list of notices follows the bell: what is new stands in it without a reload.
const list = document.querySelector('[data-notices]');
let running = false;
let wanted = false;

if (list) for (const name of ['bell', 'again']) document.addEventListener(`live:${name}`, refresh);

async function refresh() {
  wanted = true;
  if (running) return;
  running = true;
  while (wanted) {
    wanted = false;
    await replace().catch(() => undefined);
  }
  running = false;
}

async function replace() {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  // Somebody who is choosing or typing is left alone.
  if (list.contains(document.activeElement) && document.activeElement !== document.body) return;
  list.replaceChildren(...page.querySelector('[data-notices]').childNodes);
}
