// Conversations and their queue, live: messages are sent and arrive without a reload.
import { showBadge } from './live.js';

const log = document.querySelector('[data-log]');
const composer = document.querySelector('[data-composer]');
const queue = document.querySelector('[data-queue="live"]');
const json = { accept: 'application/json' };
let atEnd = false;

if (log?.dataset.live) openLog();
if (composer) openComposer();
if (queue) {
  for (const name of ['message', 'read', 'again']) document.addEventListener(`live:${name}`, inTurn(refreshQueue));
}

// ——— what arrives ———

function openLog() {
  const news = inTurn(fetchNews);
  for (const name of ['message', 'read', 'again']) document.addEventListener(`live:${name}`, news);
  document.addEventListener('visibilitychange', () => document.hidden || sayRead());
  addEventListener('scroll', () => {
    atEnd = isNearEnd();
  });
  // Pictures come later than their bubbles, and would push the end out of sight.
  new ResizeObserver(() => atEnd && scrollDown()).observe(log);
  const goal = document.querySelector('[data-first-unread]');
  if (location.hash) return;
  if (goal) goal.scrollIntoView({ block: 'center' });
  else scrollDown();
}

async function fetchNews() {
  const answer = await fetch(`${log.dataset.news}?after=${log.dataset.last}`, { headers: json });
  if (!answer.ok || answer.redirected) return;
  const { html, readUpTo, badge } = await answer.json();
  const near = atEnd || isNearEnd();
  const added = append(html);
  for (const row of log.querySelectorAll('[data-message].is-own')) {
    row.classList.toggle('is-read', Number(row.dataset.message) <= readUpTo);
  }
  showBadge(badge);
  if (added.length > 0 && near) scrollDown();
  if (added.some((row) => !row.matches('.is-own'))) sayRead();
}

function append(html) {
  const part = document.createElement('template');
  part.innerHTML = html;
  const rows = [...part.content.querySelectorAll('[data-message]')];
  if (rows.length === 0 || document.getElementById(rows[0].id)) return [];
  const firstPending = log.querySelector('.is-pending');
  log.insertBefore(part.content, firstPending);
  log.dataset.last = rows.at(-1).dataset.message;
  document.querySelector('[data-chat-empty]')?.remove();
  return rows;
}

async function sayRead() {
  const theirs = [...log.querySelectorAll('[data-message]:not(.is-own)')].at(-1)?.dataset.message;
  if (document.hidden || !theirs || theirs === log.dataset.said) return;
  log.dataset.said = theirs;
  const body = new URLSearchParams({ upTo: theirs });
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
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  queue.replaceChildren(...page.getElementById('queue').childNodes);
  document.querySelector('.tabs-bar').replaceWith(page.querySelector('.tabs-bar'));
}

// ——— small things ———

// One run at a time; calls that come meanwhile share one run after it.
function inTurn(work) {
  let running = false;
  let wanted = false;
  return async () => {
    wanted = true;
    if (running) return;
    running = true;
    while (wanted) {
      wanted = false;
      await work().catch(() => undefined);
    }
    running = false;
  };
}

// crypto.randomUUID() exists on https and localhost only; offices do open cabinets by a bare address.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
