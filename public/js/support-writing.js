// While an answer is written: the draft is kept, ready answers come by `/`, and each side knows who is there.
import { isTyping } from './keyboard.js';
import { suggest } from './suggestions.js';

const composer = document.querySelector('[data-composer]');
const text = composer?.elements.text;
const chat = document.querySelector('[data-viewing]');
const picker = document.querySelector('[data-canned]');

if (composer?.dataset.draft) keepDrafts(composer.dataset.draft);
if (text && picker) offerReplies();
if (chat) watch(chat.dataset.viewing, Number(chat.dataset.thread));

function keepDrafts(address) {
  let timer;
  let kept = text.value;
  const save = () => {
    clearTimeout(timer);
    if (text.value === kept) return;
    kept = text.value;
    const body = new URLSearchParams({ text: kept });
    // What did not arrive is sent with the next letter.
    const lost = () => {
      kept = undefined;
    };
    fetch(address, { method: 'POST', body, keepalive: true }).then((answer) => {
      if (!answer.ok || answer.redirected) lost();
    }, lost);
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 800);
  };
  text.addEventListener('input', soon);
  composer.addEventListener('submit', soon);
  text.addEventListener('blur', save);
  // A page that goes has no time for an answer.
  addEventListener(
    'pagehide',
    () => text.value !== kept && navigator.sendBeacon(address, new URLSearchParams({ text: text.value })),
  );
}

// ——— ready answers ———

function offerReplies() {
  const replies = [...picker.querySelectorAll('option[data-text]')];

  picker.addEventListener('submit', (event) => {
    const chosen = picker.elements.reply?.selectedOptions[0];
    event.preventDefault();
    if (chosen?.dataset.text) insert(chosen.dataset.text);
  });
  for (const one of document.querySelectorAll('[data-suggest]')) {
    one.addEventListener('click', (event) => {
      event.preventDefault();
      insert(one.dataset.suggest);
    });
  }
  suggest(text, picker.querySelector('[data-canned-list]'), () => {
    const words = /^\/([^\n]*)$/.exec(text.value)?.[1].toLowerCase();
    if (words === undefined) return [];
    return replies
      .filter((one) => one.textContent.toLowerCase().includes(words))
      .map((one) => ({ text: one.textContent, title: one.dataset.text, take: () => put(one.dataset.text) }));
  });

  function insert(words) {
    put(words);
    text.focus();
    text.dispatchEvent(new Event('input', { bubbles: true }));
  }

  // In the midst of reading `/` begins one too.
  document.addEventListener('keydown', (event) => {
    const meant = event.key === '/' && !event.ctrlKey && !event.metaKey && !isTyping(event.target);
    if (!meant || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    text.focus();
    if (text.value !== '') return;
    text.value = '/';
    text.dispatchEvent(new Event('input', { bubbles: true }));
  });

  function put(words) {
    text.value = [text.value.startsWith('/') ? '' : text.value, words].filter(Boolean).join('\n');
  }
}

// ——— who is there ———

function watch(address, thread) {
  const line = chat.querySelector('[data-viewers]');
  const everyMs = 20_000;
  let typedAt = 0;
  let fading;

  const say = (typing) =>
    document.hidden ||
    fetch(address, { method: 'POST', body: new URLSearchParams({ typing: typing ? 'yes' : 'no' }) }).catch(
      () => undefined,
    );
  const look = async () => {
    clearTimeout(fading);
    const answer = await fetch(address, { headers: { accept: 'application/json' } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const { words } = await answer.json();
    line.textContent = words;
    line.hidden = words === '';
    // Who stopped typing or went away does not say so.
    if (words !== '') fading = setTimeout(look, 9_000);
  };
  document.addEventListener('live:viewing', ({ detail }) => detail.thread === thread && look());
  // Whoever was seen typing may have sent it.
  document.addEventListener('live:message', ({ detail }) => detail.thread === thread && !line.hidden && look());
  composer?.addEventListener('submit', () => {
    typedAt = 0;
  });
  text?.addEventListener('input', () => {
    if (Date.now() - typedAt < 3_000) return;
    typedAt = Date.now();
    say(text.value !== '');
  });
  setInterval(() => say(Date.now() - typedAt < 5_000), everyMs);
  say(false);
  look();
}
