import { z } from 'zod';
import { actorOf, type Ctx, inTransaction, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';

/** Every switch of the house: its shape, and what holds until an admin says otherwise. */
export const settings = {
  'leads.attachment-required': { shape: z.boolean(), otherwise: true },
  'imports.low-water-percent': { shape: z.number().int().min(0).max(100), otherwise: 5 },
  'accounts.registration-open': { shape: z.boolean(), otherwise: true },
} as const;

export type SettingKey = keyof typeof settings;
export type SettingValue<K extends SettingKey> = z.infer<(typeof settings)[K]['shape']>;

/** The value in force. A value that no longer fits its shape counts as unset. */
export async function getSetting<K extends SettingKey>(ctx: Pick<SqlCtx, 'sql'>, key: K): Promise<SettingValue<K>> {
  const row = await ctx.sql.row<{ value: unknown }>(q`SELECT value FROM settings WHERE key = ${key}`, 'settings.get');
  const { shape, otherwise } = settings[key];
  const parsed = shape.safeParse(row?.value);
  return (parsed.success ? parsed.data : otherwise) as SettingValue<K>;
}

/** Sets a switch and writes who did it, from what to what. */
export async function setSetting<K extends SettingKey>(ctx: Ctx, key: K, value: SettingValue<K>): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const before = await getSetting(tx, key);
    if (before === value) return;
    await tx.sql.run(q`
      INSERT INTO settings (key, value, updated_by_id, updated_at)
      VALUES (${key}, ${JSON.stringify(value)}::jsonb, ${actorOf(tx).id}, ${tx.now})
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_by_id = excluded.updated_by_id, updated_at = excluded.updated_at`);
    await record(tx, { action: 'setting.changed', details: { key, before, after: value } });
  });
}
