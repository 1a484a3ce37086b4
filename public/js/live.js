// The navigation's badge, and news for whoever listens on this page: `live:message`, `live:read`, `live:thread`, `live:again`.
// Only a page that is looked at holds a stream, since a browser opens six connections to a host at most; a hidden one,
// and one whose stream fails, asks now and then.
const badges = [...document.querySelectorAll('[data-badge]')];
const home = badges.map(({ dataset }) => dataset.badge).find((href) => /^(\/cabinet)?\/support$/.test(href));
const title = document.title;

const everyHidden = 30_000;
const everyFailed = 10_000;
const tryStreamAgain = 60_000;
// How much longer than the page's own request the stream's may take; what is told twice is only looked at twice.
const onTheWay = 500;
// After a restart of the house all pages would look at once.
const spread = 3_000;
// A stream says the badge at once. One that has not said it by then is held up somewhere on the way.
const patience = 8_000;

let stream;
let last = document.querySelector('[data-log]')?.dataset.last;
let asking;
let deadline;
let later;
let rung = false;
let speaking = false;
// Up to when this page knows what happened: at first, what it was drawn with.
// By the clock on the wall: the other stands still while a phone sleeps.
let known = performance.timeOrigin + (performance.getEntriesByType('navigation')[0]?.requestStart ?? 0);
let soon;

if (home) {
  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', hangUp);
  addEventListener('pageshow', (event) => event.persisted && follow());
  // Not before all scripts of the page listen.
  if (document.readyState === 'complete') follow();
  else document.addEventListener('DOMContentLoaded', follow, { once: true });
}

/** Shows a count in the navigation and in the tab's title. */
export function showBadge({ href, count, words }) {
  for (const badge of badges.filter(({ dataset }) => dataset.badge === href)) {
    badge.hidden = count === 0;
    badge.querySelector('[data-badge-count]').textContent = count < 100 ? count : '99+';
    badge.querySelector('[data-badge-words]').textContent = words;
  }
  if (href === home) document.title = count > 0 ? `(${count}) ${title}` : title;
}

function follow() {
  hangUp();
  if (document.hidden) return poll(everyHidden);
  // By itself a broken stream asks anew with the age that it had at first.
  let returns = false;
  const asked = new URLSearchParams({ age: Math.max(Math.ceil(Date.now() - known), 0) + onTheWay });
  if (last !== undefined) asked.set('after', last);
  stream = new EventSource(`${home}/events?${asked}`);
  deadline = setTimeout(giveUp, patience);
  stream.addEventListener('badge', ({ data }) => {
    clearTimeout(deadline);
    deadline = undefined;
    if (returns) lookSoon();
    returns = false;
    speaking = true;
    showBadge(JSON.parse(data));
  });
  stream.addEventListener('message', ({ data, lastEventId }) => {
    last = lastEventId;
    say('message', JSON.parse(data));
  });
  stream.addEventListener('thread', ({ data }) => say('thread', JSON.parse(data)));
  stream.addEventListener('viewing', ({ data }) => say('viewing', JSON.parse(data)));
  stream.addEventListener('read', ({ data }) => say('read', JSON.parse(data)));
  stream.addEventListener('bell', ({ data }) => ring(JSON.parse(data)));
  stream.addEventListener('again', lookSoon);
  stream.addEventListener('error', () => {
    returns = true;
    fallSilent();
    // A stream that merely broke comes back by itself; one that was refused is closed.
    if (stream?.readyState === EventSource.CLOSED) giveUp();
    else deadline ??= setTimeout(giveUp, patience);
  });
}

function giveUp() {
  hangUp();
  poll(everyFailed);
  later = setTimeout(follow, tryStreamAgain);
}

function poll(every) {
  asking = setInterval(ask, every);
  if (!document.hidden) ask();
}

async function ask() {
  const asked = Date.now();
  try {
    const answer = await fetch(`${home}/unread`, { headers: { accept: 'application/json' } });
    // Logged out.
    if (answer.redirected) return hangUp();
    if (!answer.ok) return;
    showBadge(await answer.json());
    await askBell();
    known = asked;
    say('again', {});
  } catch {
    // No network: the next time will tell.
  }
}

async function askBell() {
  const answer = await fetch('/notifications/unread', { headers: { accept: 'application/json' } });
  if (answer.ok && !answer.redirected) ring(await answer.json());
}

// The first count mostly stands on the page already; whatever comes later is news.
function ring(bell) {
  const shown = badges.find(({ dataset }) => dataset.badge === bell.href);
  const before = shown?.hidden ? '0' : shown?.querySelector('[data-badge-count]').textContent;
  showBadge(bell);
  if (rung || before !== String(bell.count)) say('bell', bell);
  rung = true;
}

function lookSoon() {
  if (soon) return;
  soon = setTimeout(() => {
    soon = undefined;
    say('again', {});
  }, Math.random() * spread);
}

function fallSilent() {
  if (speaking) known = Date.now();
  speaking = false;
}

function hangUp() {
  fallSilent();
  stream?.close();
  stream = undefined;
  clearInterval(asking);
  clearTimeout(deadline);
  clearTimeout(later);
  deadline = undefined;
}

function say(name, detail) {
  document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
}
