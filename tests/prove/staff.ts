import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { insist } from '../rig/insist.ts';
import type { Random } from '../rig/random.ts';
import { type Browser, visit } from './client.ts';
import type { World } from './data.ts';

export type Staff = {
  grant(agentId: number, baseTypeId: number): Promise<void>;
  /** Takes a few contacts back from whoever holds them, through the page, until it is over. */
  takeBack(browser: Browser): Promise<void>;
  close(): Promise<void>;
};

/** Staff: they raise limits with a door of their own to the database, and take contacts back, whatever crashes meanwhile. */
export function staffOf(url: string, world: World, random: Random): Staff {
  const pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 5_000, query_timeout: 10_000 });
  pool.on('error', () => {});
  return {
    async grant(agentId, baseTypeId) {
      // The same id in every try: a grant whose answer was lost is not given twice.
      const grant = [agentId, baseTypeId, random.between(5, 25), world.staff.id, randomUUID()];
      await insist(() =>
        pool.query(
          `INSERT INTO limit_grants (agent_id, base_type_id, amount, reason, granted_by_id, request_id)
           VALUES ($1, $2, $3, 'worked well', $4, $5) ON CONFLICT (granted_by_id, request_id) DO NOTHING`,
          grant,
        ),
      );
    },
    async takeBack(browser) {
      for (; !browser.setting.over(); await pause(random.between(300, 1_500))) {
        const { rows } = await insist(() =>
          pool.query<{ id: number }>(`SELECT id FROM contacts WHERE state = 'issued' AND id % 97 = $1 LIMIT 4`, [
            random.between(0, 96),
          ]),
        );
        const form = { ids: rows.map(({ id }) => id), returnReason: 'nobody called' };
        const reply = await visit(browser, { path: '/admin/contacts/returns', form }).catch(() => undefined);
        browser.setting.count(`return ${reply?.status ?? 'cut'}`);
      }
    },
    close: () => pool.end(),
  };
}
