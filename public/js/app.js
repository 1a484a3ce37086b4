// Everything here only makes pages quicker: each works without it. Listeners sit on the document, so what htmx brings works too.
import './chart-tip.js';
import './copy.js';
import './dialog.js';
import './forms.js';
import './keyboard.js';
import './live.js';
import './menus.js';
import './selection.js';
import './upload.js';

document.querySelector('[data-autofocus]')?.focus();
