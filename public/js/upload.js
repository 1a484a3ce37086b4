// File fields: drop, paste, names, previews, and a size check before anything travels.
document.addEventListener('change', (event) => {
  if (event.target.matches('.upload-input')) show(event.target);
});

for (const type of ['dragenter', 'dragover', 'dragleave', 'drop']) {
  document.addEventListener(type, (event) => {
    const zone = event.target.closest?.('[data-upload]');
    if (zone) zone.classList.toggle('is-over', type === 'dragenter' || type === 'dragover');
  });
}

document.addEventListener('paste', (event) => {
  const zone = document.querySelector('[data-upload][data-paste]');
  const files = [...(event.clipboardData?.files ?? [])];
  if (!zone || files.length === 0) return;
  event.preventDefault();
  add(zone.querySelector('.upload-input'), files);
});

document.addEventListener('click', (event) => {
  const clear = event.target.closest('[data-upload-clear]');
  if (!clear) return;
  const input = clear.closest('[data-upload]').querySelector('.upload-input');
  input.value = '';
  input.dispatchEvent(new Event('change', { bubbles: true }));
  input.focus();
});

function add(input, files) {
  const all = new DataTransfer();
  for (const file of input.multiple ? [...input.files, ...files] : files.slice(0, 1)) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

function show(input) {
  const zone = input.closest('[data-upload]');
  const list = zone.querySelector('[data-upload-list]');
  for (const picture of list.querySelectorAll('img')) URL.revokeObjectURL(picture.src);
  list.replaceChildren(...[...input.files].map(item));
  list.hidden = input.files.length === 0;
  zone.querySelector('[data-upload-clear]').hidden = list.hidden;
  complain(zone, input);
}

function complain(zone, input) {
  const limit = Number(zone.dataset.maxBytes) || Number.POSITIVE_INFINITY;
  const big = [...input.files].find((file) => file.size > limit);
  const words = big ? zone.dataset.tooBig.replace('%s', big.name) : '';
  const error = zone.querySelector('[data-upload-error]');
  error.textContent = words;
  error.hidden = !big;
  input.setCustomValidity(words);
}

function item(file) {
  const line = document.createElement('li');
  line.className = 'upload-item';
  if (file.type.startsWith('image/')) line.append(thumbnail(file));
  const name = document.createElement('span');
  name.className = 'upload-name';
  name.textContent = file.name;
  line.append(name);
  return line;
}

function thumbnail(file) {
  const picture = document.createElement('img');
  picture.className = 'upload-thumb';
  picture.alt = '';
  picture.src = URL.createObjectURL(file);
  return picture;
}
