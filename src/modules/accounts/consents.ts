import { actorOf, type Ctx, inTransaction } from '../../ctx.ts';
import { record } from '../audit/index.ts';

/** The edition of the texts at /legal/personal-data that people agree to now. Raise it with the text. */
const consentEdition = '2026-11';

export type ConsentKind = 'personal_data' | 'mailing';

/** Notes that the person agreed to the current edition of a text. */
export async function giveConsent(tx: Ctx, userId: number, kind: ConsentKind): Promise<void> {
  await tx.db.consent.create({
    data: { userId, kind, edition: consentEdition, ip: tx.origin.ip, givenAt: tx.now },
  });
}

/** The actor agrees to letters with news, or no longer does. Consent to data processing ends only with the account. */
export async function setMailing(ctx: Ctx, wanted: boolean): Promise<void> {
  const { id } = actorOf(ctx);
  await inTransaction(ctx, async (tx) => {
    const given = await tx.db.consent.findFirst({ where: { userId: id, kind: 'mailing', withdrawnAt: null } });
    if (wanted === (given !== null)) return;
    if (wanted) await giveConsent(tx, id, 'mailing');
    else
      await tx.db.consent.updateMany({
        where: { userId: id, kind: 'mailing', withdrawnAt: null },
        data: { withdrawnAt: tx.now },
      });
    await record(tx, {
      action: wanted ? 'consent.given' : 'consent.withdrawn',
      userId: id,
      details: { kind: 'mailing' },
    });
  });
}
