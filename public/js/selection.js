// Bulk selection: a table with data-select="<form id>", its checkboxes, and the bar that acts on them.
document.addEventListener('change', (event) => {
  const box = event.target;
  if (box.matches('[data-select-page]')) choosePage(box);
  if (box.matches('[data-select-page], [data-select-row], [data-select-all]')) refreshAll();
});

// Shift-click takes the rows between.
let last;
document.addEventListener('click', (event) => {
  if (!event.target.matches('[data-select-row]')) return;
  const rows = [...event.target.closest('[data-select]').querySelectorAll('[data-select-row]:not(:disabled)')];
  const [from, to] = [rows.indexOf(last), rows.indexOf(event.target)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) for (const row of rows.slice(from, to + 1)) row.checked = event.target.checked;
  last = event.target;
});

for (const name of ['pageshow', 'htmx:after:swap']) addEventListener(name, refreshAll);
refreshAll();

function choosePage(box) {
  for (const row of box.closest('[data-select]').querySelectorAll('[data-select-row]:not(:disabled)')) {
    row.checked = box.checked;
  }
}

function refreshAll() {
  for (const table of document.querySelectorAll('[data-select]')) refresh(table);
}

function refresh(table) {
  const form = document.getElementById(table.dataset.select);
  const rows = [...table.querySelectorAll('[data-select-row]:not(:disabled)')];
  const chosen = rows.filter((row) => row.checked).length;
  const all = form?.querySelector('[data-select-all]');
  const count = all?.checked ? Number(all.dataset.total) : chosen;
  const page = table.querySelector('[data-select-page]');
  if (page) {
    page.checked = chosen > 0 && chosen === rows.length;
    page.indeterminate = chosen > 0 && chosen < rows.length;
  }
  if (!form) return;
  form.hidden = count === 0;
  const words = (all?.checked && all.dataset.totalWords) || count.toLocaleString(document.documentElement.lang);
  for (const counter of form.querySelectorAll('[data-selected-count]')) counter.textContent = words;
}
