// Conversations and their queue, live: messages are sent and arrive without a reload.
import { fetchPage } from './fetch-page.js';
import { inTurn } from './in-turn.js';
import { isTyping, latin } from './keyboard.js';
import { showBadge } from './live.js';
import './support-changing.js';
import './support-mentions.js';
import './support-writing.js';

const log = document.querySelector('[data-log]');
const composer = document.querySelector('[data-composer]');
const queue = document.querySelector('[data-queue="live"]');
const thread = document.querySelector('[data-thread]')?.dataset.thread;
const json = { accept: 'application/json' };
let atEnd = false;

if (log?.dataset.live) openLog();
if (composer) openComposer();
if (queue) {
  const refresh = inTurn(refreshQueue);
  for (const name of ['message', 'read', 'thread', 'again']) document.addEventListener(`live:${name}`, refresh);
}
if (document.querySelector('[data-line]')) document.addEventListener('keydown', walkQueue);
// On a phone it is folded, and fetched when it is opened.
const panel = document.querySelector('[data-person-panel]');
if (panel && matchMedia('(min-width: 1024px)').matches) panel.open = true;
if (thread) {
  const refresh = inTurn(refreshThread);
  // A message changes what may be done as well: it opens what was closed, and an answer takes what was nobody's.
  for (const name of ['thread', 'message'])
    document.addEventListener(`live:${name}`, ({ detail }) => [0, Number(thread)].includes(detail.thread) && refresh());
  document.addEventListener('live:again', refresh);
}

// ——— what arrives ———

function openLog() {
  const news = inTurn(fetchNews);
  for (const name of ['message', 'read', 'thread', 'again']) document.addEventListener(`live:${name}`, news);
  document.addEventListener('visibilitychange', () => document.hidden || sayRead());
  addEventListener('scroll', () => {
    atEnd = isNearEnd();
  });
  // Pictures come later than their bubbles, and a question for a rating below them: they would push the end out of sight.
  new ResizeObserver(() => atEnd && scrollDown()).observe(log.parentElement);
  const goal = document.querySelector('[data-first-unread]');
  if (location.hash) return;
  if (goal) goal.scrollIntoView({ block: 'center' });
  else scrollDown();
}

async function fetchNews() {
  const { news, last, events, version } = log.dataset;
  const hidden = document.hidden ? '&hidden=1' : '';
  const answer = await fetch(`${news}?after=${last}&events=${events}&version=${version}${hidden}`, { headers: json });
  if (!answer.ok || answer.redirected) return;
  const { html, changed, readUpTo, deliveredUpTo, badge, ...now } = await answer.json();
  if (String(now.merges) !== log.dataset.merges) return drawAnew();
  const near = atEnd || isNearEnd();
  const added = append(html);
  replace(changed);
  log.dataset.version = now.version;
  for (const row of log.querySelectorAll('[data-message].is-own')) {
    row.classList.toggle('is-read', Number(row.dataset.message) <= readUpTo);
    row.classList.toggle('is-delivered', Number(row.dataset.message) <= deliveredUpTo);
  }
  showBadge(badge);
  if (added.length > 0 && near) scrollDown();
  if (added.some((row) => row.matches('[data-message]:not(.is-own)'))) sayRead();
}

// Another thread has become part of this one: what it held stands among what is here.
async function drawAnew() {
  const fresh = (await fetchPage())?.querySelector('[data-log]');
  if (!fresh) return;
  Object.assign(log.dataset, fresh.dataset);
  log.replaceChildren(...fresh.childNodes, ...log.querySelectorAll('.is-pending'));
  showSeen();
}

function showSeen() {
  for (const seen of document.querySelectorAll('[data-last-seen]')) seen.value = log.dataset.last;
  for (const seen of document.querySelectorAll('[data-seen-merges]')) seen.value = log.dataset.merges;
}

function append(html) {
  const part = document.createElement('template');
  part.innerHTML = html;
  // Two answers on their way at once may bring the same row.
  for (const row of part.content.querySelectorAll('[data-message], [data-event]')) if (isShown(row)) row.remove();
  const rows = [...part.content.querySelectorAll('[data-message], [data-event]')];
  if (rows.length === 0) return [];
  log.insertBefore(part.content, log.querySelector('.is-pending'));
  log.dataset.last = Math.max(log.dataset.last, ...rows.map(({ dataset }) => dataset.message ?? 0));
  log.dataset.events = Math.max(log.dataset.events, ...rows.map(({ dataset }) => dataset.event ?? 0));
  showSeen();
  document.querySelector('[data-chat-empty]')?.remove();
  return rows;
}

const isShown = (row) => shownAs(row) !== null;

function shownAs({ dataset }) {
  const [kind, id] = dataset.message ? ['message', dataset.message] : ['event', dataset.event];
  return log.querySelector(`[data-${kind}="${id}"]`);
}

// What its author changed or took back, in its old place.
function replace(html) {
  const part = document.createElement('template');
  part.innerHTML = html;
  for (const row of part.content.querySelectorAll('[data-message], [data-event]')) {
    const shown = shownAs(row);
    if (!shown || shown.querySelector('[data-change-form]')) continue;
    row.classList.toggle('is-following', shown.classList.contains('is-following'));
    if (!shown.querySelector('.chat-author')) row.querySelector('.chat-author')?.remove();
    shown.replaceWith(row);
  }
}

// What the thread is now: its buttons, its card. What somebody is in the midst of stays.
async function refreshThread() {
  const page = await fetchPage();
  for (const part of page?.querySelectorAll('[data-fresh]') ?? []) {
    const shown = document.querySelector(`[data-fresh="${part.dataset.fresh}"]`);
    if (shown && !shown.contains(document.activeElement) && !shown.querySelector('details[open]'))
      shown.replaceWith(part);
  }
  // Buttons speak of what this page shows, not of what came while they were fetched.
  showSeen();
}

async function sayRead() {
  const theirs = [...log.querySelectorAll('[data-message]:not(.is-own)')].at(-1)?.dataset.message;
  if (document.hidden || !theirs || theirs === log.dataset.said) return;
  log.dataset.said = theirs;
  const body = new URLSearchParams({ upTo: theirs, seenMerges: log.dataset.merges });
  await fetch(log.dataset.reading, { method: 'POST', headers: json, body }).catch(() => delete log.dataset.said);
}

function isNearEnd() {
  return log.parentElement.getBoundingClientRect().bottom - innerHeight < 150;
}

function scrollDown() {
  atEnd = true;
  log.parentElement.scrollIntoView({ block: 'end' });
}

// ——— what is sent ———

function openComposer() {
  const text = composer.elements.text;
  const input = composer.elements.files;
  let before = Promise.resolve();

  composer.addEventListener('submit', (event) => {
    event.preventDefault();
    if (text.value.trim() === '' && input.files.length === 0) return text.focus();
    if (!input.checkValidity()) return;
    const form = new FormData(composer);
    composer.elements.requestId.value = newId();
    const row = showPending(form);
    clear();
    before = before.then(() => send(form, row));
  });
  text.addEventListener('keydown', ({ key }) => key === 'Escape' && text.blur());
  input.addEventListener('change', () => complain(tooMany(input)));
  for (const type of ['dragover', 'drop']) addEventListener(type, (event) => take(event, input));

  function clear() {
    text.value = '';
    setFiles(input, []);
    complain('');
    text.focus();
  }
}

async function send(form, row) {
  const seen = composer.elements.lastSeenMessageId;
  if (seen) form.set('lastSeenMessageId', log.dataset.last);
  if (seen) form.set('seenMerges', log.dataset.merges);
  row.querySelector('[data-sending]').hidden = false;
  row.querySelector('[data-failed]').hidden = true;
  try {
    const answer = await fetch(composer.action, { method: 'POST', headers: json, body: form });
    if (answer.redirected) return location.reload();
    const said = await answer.json();
    if (!answer.ok) return giveBack(form, row, said.error);
    await fetchNews();
    row.remove();
    scrollDown();
  } catch {
    // The same form goes again with the same id, so that a lost answer does not send it twice.
    row.querySelector('[data-sending]').hidden = true;
    row.querySelector('[data-failed]').hidden = false;
    row.querySelector('[data-retry]').onclick = () => send(form, row);
    complain(composer.dataset.offline);
  }
}

// Refused: what was typed returns to its field, and what happened meanwhile is shown.
async function giveBack(form, row, error) {
  row.remove();
  const text = composer.elements.text;
  text.value = [form.get('text'), text.value].filter(Boolean).join('\n');
  setFiles(
    composer.elements.files,
    form.getAll('files').filter(({ size }) => size > 0),
  );
  complain(error);
  await fetchNews().catch(() => undefined);
  text.focus();
}

function showPending(form) {
  const row = document.querySelector('template[data-pending]').content.firstElementChild.cloneNode(true);
  const names = form.getAll('files').flatMap(({ name, size }) => (size > 0 ? [name] : []));
  row.querySelector('[data-pending-text]').textContent = [form.get('text').trim(), ...names].filter(Boolean).join('\n');
  log.append(row);
  document.querySelector('[data-chat-empty]')?.remove();
  scrollDown();
  return row;
}

function take(event, input) {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  if (event.type === 'drop') setFiles(input, [...input.files, ...event.dataTransfer.files]);
}

function setFiles(input, files) {
  const all = new DataTransfer();
  for (const file of files) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

function tooMany(input) {
  const words = input.files.length > Number(composer.dataset.maxFiles) ? composer.dataset.tooMany : '';
  input.setCustomValidity(words);
  return words;
}

function complain(words) {
  const error = composer.querySelector('[data-chat-error]');
  error.textContent = words;
  error.hidden = !words;
}

// ——— the queue ———

async function refreshQueue() {
  const page = await fetchPage();
  const fresh = page?.getElementById('queue');
  // A card in the hand stays where it is, also one that was lifted meanwhile.
  if (!fresh || queue.querySelector('.is-dragged')) return;
  const chosen = new Set([...queue.querySelectorAll('[data-select-row]:checked')].map(({ value }) => value));
  const at = queue.querySelector('[data-line]:focus')?.getAttribute('href');
  for (const box of fresh.querySelectorAll('[data-select-row]')) box.checked = chosen.has(box.value);
  const columns = () => [...queue.querySelectorAll('[data-column]')];
  const swept = columns().map(({ scrollTop }) => scrollTop);
  queue.replaceChildren(...fresh.childNodes);
  for (const [i, column] of columns().entries()) column.scrollTop = swept[i];
  if (at) queue.querySelector(`[data-line][href="${CSS.escape(at)}"]`)?.focus();
  const tabs = page.querySelector('.tabs-bar');
  if (tabs) document.querySelector('.tabs-bar').replaceWith(tabs);
}

// j and k go from line to line, Enter opens one as any link, x chooses it.
function walkQueue(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = latin(event);
  const lines = [...document.querySelectorAll('[data-line]')];
  const at = lines.indexOf(document.activeElement);
  if (key === 'j') lines[Math.min(at + 1, lines.length - 1)]?.focus();
  else if (key === 'k') lines[Math.max(at - 1, 0)]?.focus();
  else if (key === 'x') lines[at]?.closest('li').querySelector('[data-select-row]')?.click();
  else return;
  event.preventDefault();
}

// ——— small things ———

// crypto.randomUUID() exists on https and localhost only; offices do open cabinets by a bare address.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
