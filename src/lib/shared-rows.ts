import { compile, type Sql } from './sql.ts';

type Door = { rows<T extends object>(sql: Sql, name?: string): Promise<T[]> };
type Rows = Promise<readonly object[]>;
/** `fresh`: in the very turn of the event loop in which it was asked. Nobody has learned anything since. */
type Asked = { running: Rows; later: Rows; next: Rows | undefined; fresh: boolean };

// One that hangs must not hold up those who come after it.
const PATIENCE = 100;
const askedOf = new WeakMap<Door, Map<string, Asked>>();

/**
 * Rows of a read that many ask for at the same moment, word for word: when a message comes, every open inbox asks for the same lines. Who
 * asks while it is being answered waits for the next answer, and shares it with all who wait: nobody's is older than his asking; who asks in
 * the same turn as another shares his. The rows are shared too, so they must not be changed. In a transaction what is written must be
 * awaited before it is read. Fails as the read does.
 */
export function sharedRows<T extends object>(
  sql: Door,
  statement: Sql,
  name?: string,
): Promise<readonly Readonly<T>[]> {
  const all = askedOf.get(sql) ?? new Map<string, Asked>();
  askedOf.set(sql, all);
  const { text, values } = compile(statement);
  const key = `${name ?? text} ${JSON.stringify(values)}`;

  const ask = (): Rows => {
    const answer: Rows = sql.rows(statement, name);
    // A step later than the answer itself, so that the next question goes out before pages are made of this one.
    const later = answer.then((rows) => rows);
    const asked: Asked = { running: answer, later, next: undefined, fresh: true };
    process.nextTick(() => {
      asked.fresh = false;
    });
    all.set(key, asked);
    const forget = (): void => {
      if (all.get(key) === asked && !asked.next) all.delete(key);
    };
    answer.then(forget, forget);
    return later;
  };
  const known = all.get(key);
  if (known?.fresh) return known.later as Promise<readonly Readonly<T>[]>;
  if (known) known.next ??= settled(known.running).then(ask);
  return (known?.next ?? ask()) as Promise<readonly Readonly<T>[]>;
}

/** When it has ended, well or not, or has taken too long. */
function settled(running: Rows): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    running.then(end, end);
  });
}
