// data-hotkey="/" focuses a field or clicks a control; never while somebody types.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const target = [event.key, latin(event)].map(controlOf).find(Boolean);
  if (!target || target.disabled || document.querySelector('dialog[open]')) return;
  event.preventDefault();
  if (target.matches('input, textarea, select')) target.focus();
  else target.click();
});

// Ctrl+Enter sends the form from a textarea.
document.addEventListener('keydown', (event) => {
  const wants = event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.matches?.('textarea');
  if (wants) event.target.form?.requestSubmit();
});

const controlOf = (key) => document.querySelector(`[data-hotkey="${CSS.escape(key)}"]`);

/** The letter on the key whatever the layout: with Russian letters on, R gives another one. */
export const latin = ({ code, key }) => (/^Key[A-Z]$/.test(code) ? code.slice(3).toLowerCase() : key);

export function isTyping(element) {
  return element.isContentEditable || element.matches?.('input:not([type=checkbox], [type=radio]), textarea, select');
}
