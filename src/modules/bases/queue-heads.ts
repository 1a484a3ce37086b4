import type { Pool } from 'pg';

const BELIEVED_FOR = 60_000;
type Head = { place: number; since: number };
const headsOf = new WeakMap<Pool, Map<number, Head>>();

/** The place before which there is nothing. */
export const BEGINNING = 0;

/**
 * From which place on the free contacts of a base stand, as this process last saw it: the queue's index keeps all that was issued until it
 * is vacuumed, and each claim would walk past that. Before the head some may be free again (a claim was rolled back, a suppression
 * lifted, an import committed late), so nobody believes it for longer than a minute, and who finds too few from there on must
 * look from the beginning.
 */
export function queueHead(pool: Pool, baseTypeId: number, now: Date): number {
  return believed(pool, baseTypeId, now)?.place ?? BEGINNING;
}

/** Notes the first place that a claim found. */
export function noteQueueHead(pool: Pool, baseTypeId: number, now: Date, place: number): void {
  const known = believed(pool, baseTypeId, now);
  const heads = headsOf.get(pool) ?? new Map<number, Head>();
  headsOf.set(pool, heads);
  heads.set(baseTypeId, { place: Math.max(place, known?.place ?? place), since: known?.since ?? now.getTime() });
}

function believed(pool: Pool, baseTypeId: number, now: Date): Head | undefined {
  const head = headsOf.get(pool)?.get(baseTypeId);
  return head && Math.abs(now.getTime() - head.since) < BELIEVED_FOR ? head : undefined;
}
