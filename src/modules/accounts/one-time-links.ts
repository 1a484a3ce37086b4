import { createHash, randomBytes } from 'node:crypto';
import type { Ctx } from '../../ctx.ts';
import { Refusal } from '../../errors.ts';
import type { OneTimeToken } from '../../generated/prisma/client.ts';

export type Purpose = OneTimeToken['purpose'];

const hour = 3_600_000;
const lifetimes: Record<Purpose, number> = { confirm_email: 48 * hour, reset_password: hour, change_email: 48 * hour };

/** Makes a link's token. Only its hash is kept; the links of the same purpose that the person had before stop working. */
export async function makeToken(tx: Ctx, userId: number, purpose: Purpose, email?: string): Promise<string> {
  await revokeTokens(tx, userId, purpose);
  const token = randomBytes(32).toString('base64url');
  await tx.db.oneTimeToken.create({
    data: {
      userId,
      purpose,
      tokenHash: hashOf(token),
      email: email ?? null,
      createdAt: tx.now,
      expiresAt: new Date(tx.now.getTime() + lifetimes[purpose]),
    },
  });
  return token;
}

/** Whether the link would work now: for the page with its button, which a mail scanner may open as often as it likes. */
export async function isTokenGood(ctx: Ctx, token: string, purpose: Purpose): Promise<boolean> {
  const found = await ctx.db.oneTimeToken.findFirst({ where: good(ctx, token, purpose), select: { id: true } });
  return found !== null;
}

/** Uses the link up, once: of two who press at the same time one is refused, as is anybody with an old or unknown link. */
export async function useToken(tx: Ctx, token: string, purpose: Purpose): Promise<OneTimeToken> {
  const [used] = await tx.db.oneTimeToken.updateManyAndReturn({
    where: good(tx, token, purpose),
    data: { usedAt: tx.now },
  });
  if (!used) throw new Refusal('accounts:errors.link');
  return used;
}

/** Makes the person's unused links of this purpose worthless. */
export async function revokeTokens(tx: Ctx, userId: number, purpose: Purpose): Promise<void> {
  await tx.db.oneTimeToken.updateMany({ where: { userId, purpose, usedAt: null }, data: { usedAt: tx.now } });
}

const good = (ctx: Ctx, token: string, purpose: Purpose) => ({
  tokenHash: hashOf(token),
  purpose,
  usedAt: null,
  expiresAt: { gt: ctx.now },
});

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
