// Runs before the first paint: styles for people without scripts step aside.
document.documentElement.classList.remove('no-js');
