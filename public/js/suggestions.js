// A list of suggestions under a field: arrows choose, Enter takes, Escape hides. `find` gives { text, title, take } for what stands there.
export function suggest(field, list, find) {
  let at = 0;

  field.addEventListener('input', show);
  field.addEventListener('blur', hide);
  field.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at = (at + step + list.children.length) % list.children.length;
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) list.children[at]?.click();
    else if (event.key === 'Escape') hide();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
    mark();
  });

  function show() {
    const found = find();
    list.replaceChildren(...found.slice(0, 8).map(lineOf));
    list.hidden = found.length === 0;
    at = 0;
    mark();
  }

  function hide() {
    list.hidden = true;
  }

  function lineOf({ text, title, take }) {
    const line = document.createElement('li');
    line.role = 'option';
    line.textContent = text;
    line.title = title ?? text;
    // The field keeps its focus.
    line.addEventListener('mousedown', (event) => event.preventDefault());
    line.addEventListener('click', () => {
      hide();
      take();
      field.focus();
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    return line;
  }

  function mark() {
    [...list.children].forEach((line, i) => {
      line.setAttribute('aria-selected', i === at);
    });
  }
}
