import type { News } from './publish.ts';

// A page comes to listen a moment after it was drawn, on a bad line many moments.
const kept = { milliseconds: 60_000, news: 2_000 };

/** What was said of late, for those who begin to listen after their page was drawn. */
export function keepRecent() {
  const said: { at: number; news: News }[] = [];
  // All that was said from then on is known; while nobody listens for us, nothing is.
  let from = Number.POSITIVE_INFINITY;

  const forget = (now: number): void => {
    while (said.length > kept.news || (said[0] && said[0].at < now - kept.milliseconds)) {
      from = Math.max(from, said.shift()?.at ?? 0);
    }
  };

  return {
    /** Listening begins, or begins anew: what was said before is not known. */
    begin(): void {
      said.length = 0;
      from = performance.now();
    },
    add(news: News): void {
      said.push({ at: performance.now(), news });
      forget(performance.now());
    },
    /** What was said in the last `age` milliseconds, the oldest first; null when some of it may be gone. */
    since(age: number): News[] | null {
      const now = performance.now();
      forget(now);
      const start = now - age;
      if (age > 0 && start < from) return null;
      return said.filter(({ at }) => at >= start).map(({ news }) => news);
    },
  };
}
