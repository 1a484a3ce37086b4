import { actorOf, type Ctx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import type { Role, Status } from '../../permissions.ts';

export type MyAccount = {
  id: number;
  name: string;
  email: string;
  role: Role;
  status: Status;
  emailConfirmedAt: Date | null;
  createdAt: Date;
  decidedAt: Date | null;
  decisionReason: string | null;
  agreedAt: Date | null;
  mailing: boolean;
};

/** The actor's own account with consents. */
export async function findMyAccount(ctx: Ctx): Promise<MyAccount> {
  const me = await ctx.sql.row<MyAccount>(
    q`
    SELECT u.id, u.name, u.email, u.role::text, u.status::text, u.email_confirmed_at AS "emailConfirmedAt",
      u.created_at AS "createdAt", u.decided_at AS "decidedAt", u.decision_reason AS "decisionReason",
      (SELECT max(given_at) FROM consents c WHERE c.user_id = u.id AND c.kind = 'personal_data') AS "agreedAt",
      EXISTS (SELECT FROM consents c WHERE c.user_id = u.id AND c.kind = 'mailing' AND c.withdrawn_at IS NULL) AS mailing
    FROM users u WHERE u.id = ${actorOf(ctx).id}`,
    'accounts.mine',
  );
  if (!me) throw new NotFound();
  return me;
}
