// A long press lifts a card, and the finger carries it; a finger that moves at once scrolls the page, as everywhere.
const holdMs = 350;
const still = 8;
const edge = 40;

/** `over` and `drop` get the column that the finger is in: on a phone a column ends where its last card does, and the finger may be below. */
export function carryByTouch(board, { lift, over, drop, letGo }) {
  let hold;
  let card;
  let shadow;
  let at;

  board.addEventListener('touchstart', (event) => {
    end();
    card = event.touches.length === 1 && !event.target.closest('button') && event.target.closest('[data-card]');
    if (!card) return;
    at = event.touches[0];
    // The browser's own dragging would take the finger away.
    card.draggable = false;
    hold = setTimeout(raise, holdMs);
  });
  // Heard from the beginning: a finger that has lifted a card must not scroll.
  board.addEventListener('touchmove', follow, { passive: false });
  board.addEventListener('touchend', (event) => {
    if (shadow) {
      event.preventDefault();
      drop(columnUnder());
    }
    end();
  });
  board.addEventListener('touchcancel', end);
  board.addEventListener('contextmenu', (event) => card && event.preventDefault());

  function follow(event) {
    const [finger] = event.touches;
    if (shadow) event.preventDefault();
    else if (card && Math.hypot(finger.clientX - at.clientX, finger.clientY - at.clientY) > still) end();
    if (shadow) at = finger;
  }

  function raise() {
    if (!card.isConnected) return end();
    shadow = card.cloneNode(true);
    shadow.inert = true;
    shadow.classList.add('board-shadow');
    shadow.style.width = `${card.offsetWidth}px`;
    document.body.append(shadow);
    lift(card);
    carry();
  }

  function carry() {
    if (!shadow) return;
    shadow.style.translate = `${at.clientX - shadow.offsetWidth / 2}px ${at.clientY - shadow.offsetHeight / 2}px`;
    if (at.clientX < edge) board.scrollLeft -= 10;
    if (at.clientX > innerWidth - edge) board.scrollLeft += 10;
    over(columnUnder());
    requestAnimationFrame(carry);
  }

  function columnUnder() {
    return [...board.querySelectorAll('[data-column]')].find((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left <= at.clientX && at.clientX < right;
    });
  }

  function end() {
    clearTimeout(hold);
    if (card) card.draggable = true;
    shadow?.remove();
    if (shadow) letGo();
    card = shadow = undefined;
  }
}
