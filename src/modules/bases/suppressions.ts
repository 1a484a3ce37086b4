import { actorOf, type Ctx, inTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { type ContactKind, type KeyFault, type KeyFound, normaliseKey } from '../../lib/keys/index.ts';
import { recogniseContacts } from '../../lib/recognise.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { contactsHeldBy, suppressedKeys } from './held.ts';

export type Kind = ContactKind | 'guess';
/** What became of one line. `held`: added, and an agent already has the contact. */
export type Verdict =
  | { line: string; key: string; verdict: 'added' | 'already' }
  | { line: string; key: string; verdict: 'held'; contactId: number; agent: string }
  | { line: string; key: null; verdict: KeyFault | 'unknown' };

/**
 * Puts contacts on the suppression list, one a line, in any spelling. Free contacts leave the queue; those that an agent
 * holds stay where they are, and the verdict says with whom. Repeating it changes nothing.
 */
export function suppress(
  ctx: Ctx,
  lines: string[],
  { kind, reason }: { kind: Kind; reason: string },
): Promise<Verdict[]> {
  return inTransaction(ctx, async (tx) => {
    const read = lines.map((line) => ({ line, found: keyOf(line, kind) }));
    const keys = new Map(read.flatMap(({ line, found }) => (found.ok ? [[found.key as string, line] as const] : [])));
    const known = await suppressedKeys(tx, [...keys.keys()]);
    const added = new Map([...keys].filter(([key]) => !known.has(key)));
    await addKeys(tx, added, reason);
    const held = await contactsHeldBy(tx, [...added.keys()]);
    if (added.size > 0) await record(tx, { action: 'suppressions.added', details: { count: added.size, reason } });
    return read.map(({ line, found }) => {
      if (!found.ok) return { line, key: null, verdict: found.reason };
      const { key } = found;
      const holder = held.get(key);
      if (known.has(key)) return { line, key, verdict: 'already' };
      known.add(key);
      if (holder) return { line, key, verdict: 'held', contactId: holder.contactId, agent: holder.agentName };
      return { line, key, verdict: 'added' };
    });
  });
}

function keyOf(line: string, kind: Kind): KeyFound | { ok: false; reason: KeyFault | 'unknown' } {
  if (kind !== 'guess') return normaliseKey(line, kind);
  const found = recogniseContacts(line).find(({ key }) => key !== null);
  if (found?.key) return { ok: true, key: found.key, kind: found.kind, shown: found.shown };
  const verdict = normaliseKey(line, 'text');
  return verdict.ok ? { ok: false, reason: 'unknown' } : verdict;
}

async function addKeys(tx: SqlCtx, keys: Map<string, string>, reason: string): Promise<void> {
  await tx.sql.run(q`
    INSERT INTO suppressions (key, value, reason, added_by_id, created_at)
    SELECT k.key, k.value, ${reason}, ${actorOf(tx).id}, ${tx.now}
    FROM unnest(${[...keys.keys()]}::text[], ${[...keys.values()]}::text[]) AS k (key, value)
    ORDER BY k.key ON CONFLICT (key) DO NOTHING`);
  await tx.sql.run(
    q`UPDATE contacts SET state = 'suppressed' WHERE state = 'free' AND key = ANY(${[...keys.keys()]}::text[])`,
  );
}

/** Takes one off the list; its contact is free again if nobody holds it. */
export function unsuppress(ctx: Ctx, id: number): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const gone = await tx.sql.row<{ key: string; value: string }>(
      q`DELETE FROM suppressions WHERE id = ${id} RETURNING key, value`,
    );
    if (!gone) throw new NotFound();
    await tx.sql.run(q`UPDATE contacts SET state = 'free' WHERE state = 'suppressed' AND key = ${gone.key}`);
    await record(tx, {
      action: 'suppressions.removed',
      subject: { type: 'suppression', id },
      details: { key: gone.key },
    });
  });
}
