import type { SqlCtx } from '../../ctx.ts';
import { maxFiles } from '../support/index.ts';
import { updatesAfter, type WaitingUpdate } from '../telegram/index.ts';
import { type Incoming, incomingOf, type Said } from './incoming.ts';

/** What an update says, and the later updates that are read with it. */
export type Together = { incoming: Incoming; rest: string[] };

/**
 * Telegram sends the pictures of an album one by one and does not say how many there are. Those which are here by now become one message,
 * as many as one takes; nobody waits for more, and what comes later, or has words of its own, is a message of its own.
 */
export async function withAlbum(ctx: SqlCtx, update: WaitingUpdate, incoming: Incoming): Promise<Together> {
  if (incoming.kind !== 'message' || incoming.album === null) return { incoming, rest: [] };
  const rest: string[] = [];
  const parts: Said[] = [incoming];
  for (const { updateId, body } of await updatesAfter(ctx, update, maxFiles - 1)) {
    const next = incomingOf(body);
    if (next?.kind !== 'message' || next.album !== incoming.album || next.text !== '') break;
    rest.push(updateId);
    parts.push(next);
  }
  const [ids, files] = [parts.flatMap((part) => part.ids), parts.flatMap((part) => part.files)];
  return { incoming: { ...incoming, ids, files }, rest };
}
