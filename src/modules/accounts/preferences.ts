import type { Ctx, Locale } from '../../ctx.ts';

/** Keeps a signed-in person's language, so that letters are written in it too. */
export async function keepLocale(ctx: Ctx, locale: Locale): Promise<void> {
  if (ctx.actor) await ctx.db.user.update({ where: { id: ctx.actor.id }, data: { locale } });
}
