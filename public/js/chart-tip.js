// The native tooltip of an SVG <title> takes a second; this one follows the pointer at once.
const tip = document.createElement('div');
tip.className = 'chart-tip';
tip.hidden = true;
tip.setAttribute('aria-hidden', 'true');

document.addEventListener('pointermove', (event) => {
  const column = event.target.closest?.('.chart-hit');
  tip.hidden = !column;
  if (!column) return;
  if (!tip.isConnected) document.body.append(tip);
  const title = column.querySelector('title');
  if (title) {
    column.dataset.words = title.textContent;
    title.remove();
  }
  tip.textContent = column.dataset.words;
  const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
  tip.style.left = `${left}px`;
  tip.style.top = `${Math.max(8, event.clientY - tip.offsetHeight - 12)}px`;
});
