import { actorOf, type SqlCtx } from '../../ctx.ts';
import { type Recognised, recogniseContacts } from '../../lib/recognise.ts';
import { q } from '../../lib/sql.ts';
import { contactsHeldBy } from '../bases/index.ts';
import { type LeadType, listLeadTypes } from './lead-types.ts';
import { shownContact } from './present.ts';
import { mostLeads, readTyped } from './report.ts';

/** What the agent said about a recognised line: a lead type, or that it is no contact. */
export type Choice = number | 'skip';
export type TypedContact = {
  raw: string;
  /** Null when nobody can tell what it is. */
  shown: string | null;
  typeId: number | null;
  skipped: boolean;
  source: 'base' | 'self' | null;
  verdict: 'ready' | 'unclear' | 'mine' | 'taken' | 'repeated' | 'too-many' | 'skipped';
};
type Line = { raw: string; typeId: number | null; skipped: boolean };

/** The contacts in a text with the type of each: the agent's choice, or else the guess. */
export async function typedLines(ctx: SqlCtx, text: string, choices: ReadonlyMap<string, Choice>): Promise<Line[]> {
  const found = recogniseContacts(text);
  const keys = found.flatMap(({ key }) => key ?? []);
  const [types, held] = await Promise.all([listLeadTypes(ctx), contactsHeldBy(ctx, keys)]);
  const me = actorOf(ctx).id;
  const active = (code: string) => types.find((type) => type.active && type.code === code);
  const guess = (one: Recognised) => {
    if (one.key === null) return undefined;
    const own = held.get(one.key);
    const fromBase = own?.agentId === me && isAnyones(one) ? active(own.baseCode) : undefined;
    return fromBase ?? active(one.leadType);
  };
  return found.map((one) => {
    const chosen = choices.get(one.raw);
    const typeId = typeof chosen === 'number' ? chosen : (guess(one)?.id ?? null);
    return { raw: one.raw, typeId, skipped: chosen === 'skip' };
  });
}

// A bare number is guessed to be WhatsApp's, but the base that it was issued from knows better. A link or a word wins.
const isAnyones = ({ raw, leadType }: { raw: string; leadType: string }): boolean =>
  leadType === 'whatsapp' && !/\p{L}/u.test(raw);

/** What a report of this text would be: for each contact its key, type, source, and whether anybody has reported it. */
export async function recogniseTyped(
  ctx: SqlCtx,
  text: string,
  choices: ReadonlyMap<string, Choice> = new Map(),
): Promise<TypedContact[]> {
  if (text.trim() === '') return [];
  const [lines, types] = [await typedLines(ctx, text, choices), await listLeadTypes(ctx)];
  const found = lines.map((line) => ({ ...line, contact: read(types, line) }));
  const keys = found.flatMap(({ contact }) => (contact ? [contact.key] : []));
  const [held, reported] = await Promise.all([contactsHeldBy(ctx, keys), reporters(ctx, keys)]);
  const me = actorOf(ctx).id;
  const seen = new Set<string>();
  return found.map(({ raw, typeId, skipped, contact }) => {
    const reporter = contact && reported.get(contact.key);
    const again = contact !== null && seen.has(contact.key);
    if (contact && !skipped) seen.add(contact.key);
    const verdict = verdictOf({
      skipped,
      known: contact !== null,
      again,
      reporter: reporter ?? null,
      me,
      count: seen.size,
    });
    const shown = contact && shownContact({ key: contact.key, value: contact.shown });
    const source = contact && (held.get(contact.key)?.agentId === me ? 'base' : 'self');
    return { raw, shown, typeId, skipped, source, verdict };
  });
}

type Facts = { skipped: boolean; known: boolean; again: boolean; reporter: number | null; me: number; count: number };

function verdictOf({ skipped, known, again, reporter, me, count }: Facts): TypedContact['verdict'] {
  if (skipped) return 'skipped';
  if (!known) return 'unclear';
  if (again) return 'repeated';
  if (reporter !== null) return reporter === me ? 'mine' : 'taken';
  return count > mostLeads ? 'too-many' : 'ready';
}

const read = (types: readonly LeadType[], { raw, typeId, skipped }: Line) =>
  skipped ? null : (readTyped(types, raw, typeId ?? undefined)?.contact ?? null);

async function reporters(ctx: SqlCtx, keys: readonly string[]): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map();
  const rows = await ctx.sql.rows<{ key: string; agentId: number }>(
    q`SELECT key, agent_id AS "agentId" FROM leads WHERE key = ANY(${[...keys]}::text[])`,
  );
  return new Map(rows.map(({ key, agentId }) => [key, agentId]));
}
