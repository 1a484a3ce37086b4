type Text = { name?: string; text: string };
export type StatementNames = {
  /** Under which name a statement is prepared in a lane; undefined: it stays out of the lanes. */
  of(statement: Text): string | undefined;
  /** It took a lane for so many milliseconds: one that is slow again and again stays out for a minute. */
  took(statement: Text, milliseconds: number): void;
};

const MOST_WATCHED = 1_000;
const MOST_NAMED = 200;
const OFTEN = 3;
/** Milliseconds that a statement may take on the average, the latest counting most; what one measurement counts at most. */
const SLOW = 40;
const MOST_COUNTED = 150;
const OUT_FOR = 60_000;

/**
 * Names for the reads that come again and again: a statement's own name, or one given to a text that came three times, as drivers with
 * a cache of statements do. A search keeps its own plan for each thing that is looked for, and may be slow: it is never among them.
 */
export function createStatementNames(): StatementNames {
  const own = new Map<string, boolean>();
  const seen = new Map<string, number>();
  const given = new Map<string, string>();
  const paces = new Map<string, { average: number; outUntil: number }>();

  const ofNamed = (name: string, text: string): string | undefined => {
    const reads = own.get(name) ?? onlyReads(text);
    own.set(name, reads);
    return reads ? name : undefined;
  };
  const ofText = (text: string): string | undefined => {
    const known = given.get(text);
    if (known !== undefined) return known;
    if (given.size >= MOST_NAMED) return undefined;
    const times = (seen.get(text) ?? 0) + 1;
    if (seen.size >= MOST_WATCHED) seen.clear();
    seen.set(text, times);
    if (times < OFTEN || !onlyReads(text) || searches.test(text)) return undefined;
    given.set(text, `lane ${given.size}`);
    return given.get(text);
  };
  return {
    of({ name, text }) {
      if ((paces.get(name ?? text)?.outUntil ?? 0) > performance.now()) return undefined;
      return name === undefined ? ofText(text) : ofNamed(name, text);
    },
    took({ name, text }, milliseconds) {
      const pace = paces.get(name ?? text) ?? { average: 0, outUntil: 0 };
      paces.set(name ?? text, pace);
      // One stall of the machine is nobody's fault; a report that takes a second is out after the second time.
      pace.average = pace.average * 0.8 + Math.min(milliseconds, MOST_COUNTED) * 0.2;
      if (pace.average > SLOW) Object.assign(pace, { average: SLOW - 10, outUntil: performance.now() + OUT_FOR });
    },
  };
}

const acts =
  /\b(insert|update|delete|merge|for\s+(no\s+key\s+)?update|for\s+(key\s+)?share|nextval|set_config|pg_notify|pg_\w*advisory\w*|pg_sleep)\b/i;
const searches = /\bi?like\b|~|\bletters_of\b/i;

/** True for a SELECT that changes nothing and waits for nobody. When in doubt: no. */
export const onlyReads = (text: string): boolean => /^\s*(select|with)\b/i.test(text) && !acts.test(text);
