import { z } from 'zod';
import { actorOf, type Ctx, inTransaction, type SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';

/** Every switch of the house: its shape, and what holds until an admin says otherwise. */
export const settings = {
  'leads.attachment-required': { shape: z.boolean(), otherwise: true },
  'accounts.registration-open': { shape: z.boolean(), otherwise: true },
  /** How long the journal keeps an event before the archive does. */
  'audit.months': { shape: z.int().min(1).max(120), otherwise: 12 },
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

export type ShownSetting = {
  key: SettingKey;
  value: SettingValue<SettingKey>;
  /** A number rather than a switch. */
  isNumber: boolean;
  changedBy: string | null;
  changedAt: Date | null;
};

/** Every switch with the value in force and who changed it last. */
export async function listSettings(ctx: Pick<SqlCtx, 'sql'>): Promise<ShownSetting[]> {
  const rows = await ctx.sql.rows<{ key: string; by: string | null; at: Date }>(
    q`SELECT s.key, u.name AS by, s.updated_at AS at FROM settings s LEFT JOIN users u ON u.id = s.updated_by_id`,
  );
  const keys = Object.keys(settings) as SettingKey[];
  return Promise.all(
    keys.map(async (key) => {
      const value = await getSetting(ctx, key);
      const row = rows.find((one) => one.key === key);
      return {
        key,
        value,
        isNumber: typeof value === 'number',
        changedBy: row?.by ?? null,
        changedAt: row?.at ?? null,
      };
    }),
  );
}

/** Sets several switches at once; returns how many of them changed. */
export function setSettings(ctx: Ctx, values: { [K in SettingKey]?: SettingValue<K> | undefined }): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    let changed = 0;
    for (const { key, value } of await listSettings(tx)) {
      const wanted = values[key] ?? value;
      if (wanted === value) continue;
      await setSetting(tx, key, wanted);
      changed += 1;
    }
    return changed;
  });
}
