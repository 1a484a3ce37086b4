// While an answer is written: the draft is kept, ready answers come by `/`, and each side knows who is there.
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
  const list = picker.querySelector('[data-canned-list]');
  const replies = [...picker.querySelectorAll('option[data-text]')];
  let at = 0;

  picker.addEventListener('submit', (event) => {
    const chosen = picker.elements.reply?.selectedOptions[0];
    event.preventDefault();
    if (chosen?.dataset.text) put(chosen.dataset.text);
  });
  text.addEventListener('input', show);
  text.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at = (at + step + list.children.length) % list.children.length;
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) list.children[at]?.click();
    else if (event.key === 'Escape') list.hidden = true;
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
    mark();
  });

  function show() {
    const words = /^\/([^\n]*)$/.exec(text.value)?.[1].toLowerCase();
    const found = words === undefined ? [] : replies.filter((one) => one.textContent.toLowerCase().includes(words));
    list.replaceChildren(...found.slice(0, 8).map(lineOf));
    list.hidden = found.length === 0;
    at = 0;
    mark();
  }

  function lineOf(reply) {
    const line = document.createElement('li');
    line.role = 'option';
    line.textContent = reply.textContent;
    line.title = reply.dataset.text;
    line.addEventListener('mousedown', (event) => event.preventDefault());
    line.addEventListener('click', () => put(reply.dataset.text));
    return line;
  }

  function mark() {
    [...list.children].forEach((line, i) => {
      line.setAttribute('aria-selected', i === at);
    });
  }

  function put(words) {
    text.value = [text.value.startsWith('/') ? '' : text.value, words].filter(Boolean).join('\n');
    list.hidden = true;
    text.focus();
    text.dispatchEvent(new Event('input', { bubbles: true }));
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
  text?.addEventListener('input', () => {
    if (Date.now() - typedAt < 3_000) return;
    typedAt = Date.now();
    say(text.value !== '');
  });
  setInterval(() => say(Date.now() - typedAt < 5_000), everyMs);
  say(false);
  look();
}
