// data-hotkey="/" focuses a field or clicks a control; never while somebody types.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = CSS.escape(event.key);
  const target = document.querySelector(`[data-hotkey="${key}"]`);
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

function isTyping(element) {
  return element.isContentEditable || element.matches?.('input:not([type=checkbox], [type=radio]), textarea, select');
}
