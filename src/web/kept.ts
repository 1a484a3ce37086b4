import { type SafeHtml, safeHtml } from './html.ts';

const MOST_LETTERS = 8_000_000;

/**
 * Pieces of pages that were drawn before, by what they were drawn from: of a list of fifty rows, forty-nine are as they were a minute ago.
 * A piece must depend on nothing else: not on the clock, not on who looks. The oldest are forgotten first.
 * Without an audience nothing is kept.
 */
export function keptPieces() {
  const pieces = new Map<string, SafeHtml>();
  let letters = 0;

  const forget = (): void => {
    for (const [key, piece] of pieces) {
      pieces.delete(key);
      letters -= key.length + piece.length;
      if (letters < MOST_LETTERS * 0.9) return;
    }
  };
  return (what: string, audience: string, from: unknown, draw: () => unknown): SafeHtml => {
    if (!audience) return safeHtml(String(draw()));
    const key = `${what} ${audience} ${JSON.stringify(from)}`;
    const known = pieces.get(key);
    if (known) return known;
    const piece = safeHtml(String(draw()));
    pieces.set(key, piece);
    letters += key.length + piece.length;
    if (letters > MOST_LETTERS) forget();
    return piece;
  };
}
