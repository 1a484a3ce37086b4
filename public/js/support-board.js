// Cards dragged from column to column. Each carries a form with the same acts as buttons, and that form is what is sent.
import { carryByTouch } from './support-board-touch.js';

const board = document.querySelector('[data-board]');
let dragged;

board.addEventListener('dragstart', (event) => {
  dragged = event.target.closest?.('[data-card]');
  if (!dragged) return;
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', dragged.dataset.card);
  dragged.classList.add('is-dragged');
});
board.addEventListener('dragover', (event) => {
  const column = goalAt(event.target);
  mark(column);
  if (column) event.preventDefault();
});
board.addEventListener('drop', (event) => {
  const column = goalAt(event.target);
  if (!column) return;
  event.preventDefault();
  move(dragged.querySelector('[data-move]'), column.dataset.column);
});
board.addEventListener('dragend', letGo);
carryByTouch(board, {
  lift(card) {
    dragged = card;
    dragged.classList.add('is-dragged');
  },
  over: (column) => mark(goalAt(column)),
  drop(column) {
    const goal = goalAt(column);
    if (goal) move(dragged.querySelector('[data-move]'), goal.dataset.column);
  },
  letGo,
});
board.addEventListener('submit', (event) => {
  event.preventDefault();
  move(event.target, event.submitter.value);
});

// A column that it is not in already.
function goalAt(place) {
  const column = dragged && place?.closest?.('[data-column]');
  return column && !column.contains(dragged) ? column : null;
}

function letGo() {
  dragged?.classList.remove('is-dragged');
  dragged = undefined;
  mark();
}

function mark(column) {
  for (const one of board.querySelectorAll('[data-column]')) one.classList.toggle('is-target', one === column);
}

async function move(form, to) {
  const body = new URLSearchParams(new FormData(form));
  body.set('to', to);
  complain('');
  const card = form.closest('[data-card]');
  card.classList.add('is-moving');
  try {
    const answer = await fetch(form.action, { method: 'POST', headers: { accept: 'application/json' }, body });
    if (answer.redirected) return location.reload();
    if (!answer.ok) complain((await answer.json()).error);
  } catch {
    // Without a network the form goes as any other, and the browser says what is wrong.
    return form.submit();
  } finally {
    card.classList.remove('is-moving');
  }
  // Moved or refused: what is true is drawn anew.
  document.dispatchEvent(new CustomEvent('live:again', { detail: {} }));
}

function complain(words) {
  const place = document.querySelector('[data-board-error]');
  if (!words) return place.replaceChildren();
  const alert = document.querySelector('[data-board-alert]').content.cloneNode(true);
  alert.querySelector('.notice-body p').textContent = words;
  place.replaceChildren(alert);
}
