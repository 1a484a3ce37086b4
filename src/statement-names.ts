/** Under which name a statement is prepared in a lane; undefined: it stays out of the lanes. */
export type StatementNames = (statement: { name?: string; text: string }) => string | undefined;

const MOST_WATCHED = 1_000;
const MOST_NAMED = 200;
const OFTEN = 3;

/**
 * Names for the reads that come again and again: a statement's own name, or one given to a text that came three times, as drivers with
 * a cache of statements do. A search keeps its own plan for each thing that is looked for, and may be slow: it is never among them.
 */
export function createStatementNames(): StatementNames {
  const own = new Map<string, boolean>();
  const seen = new Map<string, number>();
  const given = new Map<string, string>();

  return ({ name, text }) => {
    if (name !== undefined) {
      const reads = own.get(name) ?? onlyReads(text);
      own.set(name, reads);
      return reads ? name : undefined;
    }
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
}

const acts =
  /\b(insert|update|delete|merge|for\s+(no\s+key\s+)?update|for\s+(key\s+)?share|nextval|set_config|pg_notify|pg_\w*advisory\w*|pg_sleep)\b/i;
const searches = /\bi?like\b|~|\bletters_of\b/i;

/** True for a SELECT that changes nothing and waits for nobody. When in doubt: no. */
export const onlyReads = (text: string): boolean => /^\s*(select|with)\b/i.test(text) && !acts.test(text);
