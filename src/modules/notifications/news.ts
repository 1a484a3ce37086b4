import type { SqlCtx } from '../../ctx.ts';
import { publish } from '../../live/publish.ts';

export const bellTopic = (userId: number): string => `bell:${userId}`;

// PostgreSQL takes 8,000 bytes at once.
const atOnce = 300;

/** The bells of these people have another count. */
export async function ringBells(tx: SqlCtx, userIds: number[]): Promise<void> {
  for (let from = 0; from < userIds.length; from += atOnce) {
    const topics = userIds.slice(from, from + atOnce).map(bellTopic);
    await publish(tx, { name: 'bell', topics, ids: {} });
  }
}
