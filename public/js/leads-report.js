// The report form: contacts are recognised while they are typed. Without this the server does it on submit.
const form = document.querySelector('[data-report]');
const place = form?.querySelector('[data-rows]');
let timer;
let asked = 0;

form?.addEventListener('input', (event) => {
  if (event.target.name !== 'text') return;
  grow(event.target);
  clearTimeout(timer);
  timer = setTimeout(recognise, 300);
});

form?.addEventListener('change', (event) => {
  if (event.target.matches('[data-type]')) recognise();
});

const text = form?.elements.namedItem('text');
if (text) grow(text);

function grow(area) {
  area.rows = Math.min(Math.max(area.value.split('\n').length, 3), 8);
}

async function recognise() {
  const mine = ++asked;
  try {
    const answer = await fetch('/cabinet/leads/recognition', { method: 'POST', body: typed() });
    if (!answer.ok || mine !== asked) return;
    show(await answer.text());
  } catch {
    // Offline: the server recognises on submit.
  }
}

function typed() {
  const fields = new FormData(form);
  const typed = new URLSearchParams();
  for (const name of ['text', 'raw', 'type']) for (const value of fields.getAll(name)) typed.append(name, value);
  return typed;
}

function show(html) {
  const focused = document.activeElement?.id;
  const chosen = new Map(rows().map((row) => [row.dataset.raw, row.querySelector('[data-own-file]')]));
  place.innerHTML = html;
  for (const row of rows()) keepFiles(row, chosen.get(row.dataset.raw));
  if (focused?.startsWith('type-')) document.getElementById(focused)?.focus();
}

// A file that is chosen for a contact stays with it when its line is drawn anew.
function keepFiles(row, before) {
  const now = row.querySelector('[data-own-file]');
  if (!now || !before?.files.length) return;
  before.name = now.name;
  now.closest('details').open = true;
  now.replaceWith(before);
}

function rows() {
  return [...place.querySelectorAll('[data-raw]')];
}
