import type { Pool } from 'pg';

const BELIEVED_FOR = 60_000;
const MOST_BASES = 1_000;
const headsOf = new WeakMap<Pool, Map<number, QueueHead>>();

/** `place`: of the first free contact that a claim from here on found. `since`: in milliseconds since 1970. */
export type QueueHead = { place: number; readonly since: number };

/** The place before which there is nothing. */
export const BEGINNING = 0;

/**
 * From where on the free contacts of a base stand, as this process last saw it: the queue's index keeps all that was issued until it is
 * vacuumed, and each claim would walk past that. Before the head some may be free all the same (a claim was rolled back, a suppression
 * lifted, an import committed late, whoever claimed had had them before), so nobody believes a head for longer than a minute, and who
 * finds too few from there on must look from the beginning. The pool stands for the database.
 */
export function queueHead(pool: Pool, baseTypeId: number, now: Date): QueueHead {
  const known = headsOf.get(pool)?.get(baseTypeId);
  const believed = known && Math.abs(now.getTime() - known.since) < BELIEVED_FOR;
  return believed ? known : newQueueHead(pool, baseTypeId, now);
}

/** Forgets what was known: the queue begins at its beginning until a claim from there says otherwise. */
export function newQueueHead(pool: Pool, baseTypeId: number, now: Date): QueueHead {
  const heads = headsOf.get(pool) ?? new Map<number, QueueHead>();
  headsOf.set(pool, heads);
  // Whoever asks may ask for bases that there are not.
  if (heads.size >= MOST_BASES) heads.clear();
  const head = { place: BEGINNING, since: now.getTime() };
  heads.set(baseTypeId, head);
  return head;
}

/** A claim that looked from this head on found its first contact at a place. It tells nothing of a head that others have made since. */
export function raiseQueueHead(head: QueueHead, place: number): void {
  head.place = Math.max(head.place, place);
}
