// Dropdowns are <details>: close them on a click elsewhere and on Escape.
document.addEventListener(
  'toggle',
  (event) => {
    const menu = event.target;
    if (menu.matches?.('.table-wrap [data-menu][open]')) floatAbove(menu);
  },
  true,
);
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('[data-menu][open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && event.target.closest?.('[data-menu][open]');
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

// A table scrolls sideways and would cut its rows' menus off.
function floatAbove(menu) {
  const sheet = menu.querySelector('.menu-sheet');
  const anchor = menu.getBoundingClientRect();
  const below = anchor.bottom + 6;
  sheet.style.position = 'fixed';
  sheet.style.right = 'auto';
  sheet.style.left = `${Math.max(8, Math.min(anchor.left, innerWidth - sheet.offsetWidth - 8))}px`;
  const fits = below + sheet.offsetHeight < innerHeight;
  sheet.style.top = `${fits ? below : anchor.top - sheet.offsetHeight - 6}px`;
  addEventListener('scroll', () => menu.removeAttribute('open'), { once: true, capture: true });
}
