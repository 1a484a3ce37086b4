import { actorOf, type Ctx, inTransaction } from '../../ctx.ts';
import { Forbidden, NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import type { Role, Status } from '../../permissions.ts';
import { record } from '../audit/index.ts';
import { declineRequestsOf, returnContacts } from '../bases/index.ts';
import { notify, settle } from '../notifications/index.ts';
import { tellOfApplication } from './confirm-email.ts';
import { forgetSessions } from './sessions.ts';

type Locked = { id: number; name: string; role: Role; status: Status; confirmed: boolean };
export type Ban = { reason: string; returnContacts: boolean };
export type Lifting = { to: 'approved' | 'pending'; reason?: string | undefined };

/**
 * Approves an application. Approving twice changes nothing. Throws a Refusal while the address is not confirmed: a decision
 * mailed to an address that nobody proved would reach a stranger.
 */
export function approveUser(ctx: Ctx, id: number): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const user = await lockUser(tx, id);
    if (user.status === 'approved') return;
    if (user.status === 'banned') throw new Refusal('accounts:errors.approveBanned');
    if (!user.confirmed) throw new Refusal('accounts:errors.approveUnconfirmed');
    await decide(tx, user, 'approved', null);
    await record(tx, { action: 'user.approved', ...about(user) });
    await notify(tx, { type: 'user.approved', personId: id });
    await settle(tx, ['registration.waits'], id);
  });
}

/**
 * Closes the house to a person: from the next request on, in every open session. Declines what limits he asked for, and takes back
 * untouched contacts if asked to, in the same transaction. Nobody bans himself, so the last administrator stays.
 */
export function banUser(ctx: Ctx, id: number, ban: Ban): Promise<void> {
  if (id === actorOf(ctx).id) throw new Refusal('accounts:errors.banSelf');
  return inTransaction(ctx, async (tx) => {
    const user = await lockUser(tx, id);
    if (user.status === 'banned') return;
    // The rows of his sessions stay until they run out: they are worth nothing, but the login can say there why he is out.
    await decide(tx, user, 'banned', ban.reason);
    await declineRequestsOf(tx, id, ban.reason);
    const taken = ban.returnContacts ? await returnContacts(tx, { agentId: id }, ban.reason) : undefined;
    const details = { before: user.status, reason: ban.reason, ...(taken ? { returned: taken.returned } : {}) };
    await record(tx, { action: 'user.banned', ...about(user), details });
    await notify(tx, { type: 'user.banned', personId: id, params: { reason: ban.reason } });
    if (user.status === 'pending') await settle(tx, ['registration.waits'], id);
  });
}

/** Lets a banned person in again: approved, or back among the applications. */
export function liftBan(ctx: Ctx, id: number, { to, reason }: Lifting): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const user = await lockUser(tx, id);
    if (user.status !== 'banned') return;
    if (to === 'approved' && !user.confirmed) throw new Refusal('accounts:errors.approveUnconfirmed');
    await decide(tx, user, to, reason ?? null);
    await record(tx, { action: 'user.restored', ...about(user), details: { after: to, reason } });
    await notify(tx, { type: 'user.restored', personId: id });
    if (to === 'pending' && user.confirmed) await tellOfApplication(tx, user);
  });
}

/** Gives another role; open sessions end, so that nobody goes on with rights that he no longer has. */
export function changeRole(ctx: Ctx, id: number, role: Locked['role']): Promise<void> {
  if (id === actorOf(ctx).id) throw new Refusal('accounts:errors.roleSelf');
  return inTransaction(ctx, async (tx) => {
    const user = await lockUser(tx, id);
    if (user.role === role) return;
    await tx.db.user.update({ where: { id }, data: { role, sessionEpoch: { increment: 1 } } });
    await forgetSessions(tx, id);
    await record(tx, { action: 'user.role_changed', ...about(user), details: { before: user.role, after: role } });
  });
}

/**
 * Locks the person, and with an administrator all administrators, lowest id first: two who would ban or demote each other at
 * the same moment come one after the other, and the second finds that he may no longer act.
 */
async function lockUser(tx: Ctx, id: number): Promise<Locked> {
  const me = actorOf(tx).id;
  const rows = await tx.sql.rows<Locked>(q`
    SELECT id, name, role::text, status::text, email_confirmed_at IS NOT NULL AS confirmed
    FROM users WHERE id = ${id} OR id = ${me} OR role = 'admin' ORDER BY id FOR UPDATE`);
  const actor = rows.find((row) => row.id === me);
  if (actor?.role !== 'admin' || actor.status !== 'approved') throw new Forbidden();
  const user = rows.find((row) => row.id === id);
  if (!user) throw new NotFound();
  return user;
}

/** Sets the status and who decided; a ban and a return raise the session epoch. */
async function decide(tx: Ctx, user: Locked, status: Locked['status'], reason: string | null): Promise<void> {
  await tx.db.user.update({
    where: { id: user.id },
    data: {
      status,
      decidedById: actorOf(tx).id,
      decidedAt: tx.now,
      decisionReason: reason,
      ...(status === 'approved' && user.status === 'pending' ? {} : { sessionEpoch: { increment: 1 } }),
    },
  });
}

const about = ({ id }: Locked) => ({ subject: { type: 'user', id }, userId: id });

/** Ends every session of a person, as when a phone is lost. He may log in again. */
export function endSessionsOf(ctx: Ctx, id: number): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const user = await lockUser(tx, id);
    await tx.db.user.update({ where: { id }, data: { sessionEpoch: { increment: 1 } } });
    await forgetSessions(tx, id);
    await record(tx, { action: 'user.sessions_ended', ...about(user) });
  });
}
