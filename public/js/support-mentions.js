// `@` in a note offers colleagues. Without this a name typed by hand does the same.
import { suggest } from './suggestions.js';

document.addEventListener('focusin', ({ target }) => {
  if (!target.matches('[data-mentions]') || target.dataset.offers) return;
  target.dataset.offers = 'yes';
  offer(
    target,
    [...document.getElementById(target.dataset.mentions).options].map(({ value }) => value),
  );
});

function offer(field, names) {
  const list = document.createElement('ul');
  list.className = 'canned-list';
  list.role = 'listbox';
  list.setAttribute('aria-label', field.labels[0]?.textContent.trim() ?? '');
  list.hidden = true;
  field.parentElement.classList.add('has-suggestions');
  field.after(list);
  suggest(field, list, () => {
    const [whole, begun] = /@([\p{L}\p{M}\p{N}._-]*)$/u.exec(field.value.slice(0, field.selectionStart)) ?? [];
    if (whole === undefined) return [];
    const from = field.selectionStart - whole.length;
    return names
      .filter((name) => name.toLowerCase().startsWith(begun.toLowerCase()) && name !== begun)
      .map((name) => ({ text: name, take: () => field.setRangeText(`@${name} `, from, field.selectionStart, 'end') }));
  });
}
