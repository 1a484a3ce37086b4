import { type SafeHtml, safeHtml } from './html.ts';

const MOST = 4_000;

/**
 * Pieces of pages that were drawn before, by what they were drawn from: of a list of fifty, forty-nine rows are as they were a minute ago.
 * A piece must depend on nothing else: not on the clock, not on who looks. The oldest are forgotten first.
 */
export function keptPieces() {
  const pieces = new Map<string, SafeHtml>();
  return (template: string, from: object, audience: string, draw: () => string): SafeHtml => {
    const key = `${template} ${audience} ${JSON.stringify(from)}`;
    const known = pieces.get(key);
    if (known) return known;
    const piece = safeHtml(draw());
    if (pieces.size >= MOST)
      for (const [oldest] of pieces) {
        pieces.delete(oldest);
        if (pieces.size < MOST * 0.9) break;
      }
    pieces.set(key, piece);
    return piece;
  };
}
