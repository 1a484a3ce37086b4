import { fetchPage } from './fetch-page.js';
import { inTurn } from './in-turn.js';

// The list of notices follows the bell: what is new stands in it without a reload.
const list = document.querySelector('[data-notices]');

if (list) {
  const refresh = inTurn(replace);
  for (const name of ['bell', 'again']) document.addEventListener(`live:${name}`, refresh);
}

async function replace() {
  const page = await fetchPage();
  // Somebody who is choosing or typing is left alone.
  if (!page || (list.contains(document.activeElement) && document.activeElement !== document.body)) return;
  list.replaceChildren(...page.querySelector('[data-notices]').childNodes);
}
