// <button data-copy="text"> or <button data-copy data-copy-target="#list">
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const copied = await copy(textOf(button));
  tell(button, document.body.dataset[copied ? 'copied' : 'copyFailed'], copied);
  if (copied) button.dispatchEvent(new CustomEvent('copied', { bubbles: true }));
});

function textOf(button) {
  const target = button.dataset.copyTarget && document.querySelector(button.dataset.copyTarget);
  if (!target) return button.dataset.copy;
  return 'value' in target ? target.value : target.innerText;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text);
  }
}

// The clipboard API exists on https and localhost only; offices do open cabinets by a bare address.
function copyOldWay(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'sr-only';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

function tell(button, words, copied) {
  const label = button.querySelector('[data-copy-text]');
  button.dataset.idle ??= label?.textContent ?? button.getAttribute('aria-label') ?? '';
  const say = (text) => {
    if (label) label.textContent = text;
    else button.setAttribute('aria-label', text);
  };
  say(words);
  button.classList.toggle('is-copied', copied);
  draw(button, copied ? 'check' : 'copy');
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    say(button.dataset.idle);
    button.classList.remove('is-copied');
    draw(button, 'copy');
  }, 2000);
}

// Another picture of the same sprite.
function draw(button, icon) {
  const use = button.querySelector('use');
  if (use) use.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#${icon}`));
}
