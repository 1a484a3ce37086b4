import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden, NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { isStaff, type Thread } from './threads.ts';

/** `purposeIds`: in threads about these it is offered first. */
export type CannedReply = { id: number; title: string; text: string; shared: boolean; purposeIds: number[] };
export type CannedInput = Omit<CannedReply, 'id'>;

/** What may stand in a ready answer as `{{person.name}}`. */
const variables = {
  'person.name': (about: About) => about.person.name,
  'operator.name': (about: About) => about.operator.name,
  'thread.id': (about: About) => String(about.thread.id),
};
type About = { person: { name: string }; operator: { name: string }; thread: Pick<Thread, 'id'> };
export const variableNames = Object.keys(variables).map((name) => `{{${name}}}`);
const variable = /\{\{\s*([\w.]+)\s*\}\}/g;

/** The text with its variables replaced by what they name here. */
export const filled = (text: string, about: About): string =>
  text.replace(variable, (whole, name: string) => (isKnown(name) ? variables[name](about) : whole));

/** Everybody's ready answers and the actor's own, by title. */
export const cannedReplies = (ctx: SqlCtx): Promise<CannedReply[]> =>
  ctx.sql.rows<CannedReply>(
    q`SELECT r.id, r.title, r.text, r.owner_id IS NULL AS shared,
        ARRAY(SELECT p.purpose_id FROM canned_reply_purposes p WHERE p.reply_id = r.id ORDER BY 1) AS "purposeIds" FROM canned_replies r
      WHERE r.owner_id IS NULL OR r.owner_id = ${actorOf(ctx).id} ORDER BY lower(r.title), r.id`,
    'support.canned',
  );

/** Keeps a ready answer; a shared one only who manages the desk may. Throws a Refusal for a variable that nobody knows. */
export async function createCanned(ctx: Ctx, input: CannedInput): Promise<void> {
  mayKeep(ctx, input.shared);
  refuseUnknown(input.text);
  await inSqlTransaction(ctx, async (tx) => {
    const owner = input.shared ? null : actorOf(tx).id;
    const made = await tx.sql.row<{ id: number }>(q`
      INSERT INTO canned_replies (owner_id, title, text, created_at) VALUES (${owner}, ${input.title}, ${input.text}, ${tx.now}) RETURNING id`);
    if (!made) throw new Error('The reply was not made');
    await bind(tx, made.id, input);
    await note(tx, 'cannedReply.created', made.id, input);
  });
}

/** Changes one; whose it is stays. Somebody else's own does not exist. */
export async function changeCanned(ctx: Ctx, id: number, input: Omit<CannedInput, 'shared'>): Promise<void> {
  refuseUnknown(input.text);
  await inSqlTransaction(ctx, async (tx) => {
    await lockOwn(tx, id);
    await tx.sql.run(q`UPDATE canned_replies SET title = ${input.title}, text = ${input.text} WHERE id = ${id}`);
    await bind(tx, id, input);
    await note(tx, 'cannedReply.changed', id, input);
  });
}

export async function deleteCanned(ctx: Ctx, id: number): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    const { title } = await lockOwn(tx, id);
    await tx.sql.run(q`DELETE FROM canned_replies WHERE id = ${id}`);
    await note(tx, 'cannedReply.deleted', id, { title });
  });
}

async function bind(tx: SqlCtx, id: number, { purposeIds }: Pick<CannedInput, 'purposeIds'>): Promise<void> {
  await tx.sql.run(
    q`DELETE FROM canned_reply_purposes WHERE reply_id = ${id} AND purpose_id <> ALL (${purposeIds}::int[])`,
  );
  await tx.sql.run(q`
    INSERT INTO canned_reply_purposes (reply_id, purpose_id)
    SELECT ${id}, p.id FROM purposes p WHERE p.id = ANY (${purposeIds}::int[]) ON CONFLICT DO NOTHING`);
}

async function lockOwn(tx: SqlCtx, id: number): Promise<{ title: string; shared: boolean }> {
  const found = await tx.sql.row<{ title: string; shared: boolean }>(q`
    SELECT title, owner_id IS NULL AS shared FROM canned_replies
    WHERE id = ${id} AND (owner_id IS NULL OR owner_id = ${actorOf(tx).id}) FOR UPDATE`);
  if (!found) throw new NotFound();
  mayKeep(tx, found.shared);
  return found;
}

const note = (tx: SqlCtx, action: string, id: number, { title }: { title: string }): Promise<void> =>
  record(tx, { action, subject: { type: 'cannedReply', id }, details: { name: title } });

function mayKeep(ctx: SqlCtx, shared: boolean): void {
  const actor = actorOf(ctx);
  if (!isStaff(actor) || (shared && !actor.permissions.has('staff:desk:manage'))) throw new Forbidden();
}

function refuseUnknown(text: string): void {
  for (const [whole, name = ''] of text.matchAll(variable))
    if (!isKnown(name)) throw new Refusal('support:errors.variable', { name: whole }, 'text');
}

const isKnown = (name: string): name is keyof typeof variables => Object.hasOwn(variables, name);
