import { inTurn } from './in-turn.js';

// Whoever waits for a decision is told by the bell; the page that says so then opens by itself.
const look = inTurn(async () => {
  const answer = await fetch(location.href, { headers: { 'x-live': '1' } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (!page.querySelector('[data-application]')) location.reload();
});
for (const name of ['bell', 'again']) document.addEventListener(`live:${name}`, look);
