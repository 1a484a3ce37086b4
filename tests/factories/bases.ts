import { randomUUID } from 'node:crypto';
import type { House } from '../../src/house.ts';
import { q } from '../../src/lib/sql.ts';
import type { BaseType, Issuance } from '../../src/modules/bases/index.ts';
import { findBaseType, issueContacts, listBaseTypes } from '../../src/modules/bases/index.ts';

import type { TestHouse } from '../support/house.ts';
import type { TestUser } from './users.ts';

type Where = Pick<House, 'database'>;
let phones = 0;

/** The base of this code (telegram, whatsapp, …) with what is changed for the test. */
export async function baseOf(
  house: Where,
  code: string,
  changes: Partial<Pick<BaseType, 'limit' | 'period' | 'active' | 'lowWaterPercent'>> = {},
): Promise<BaseType> {
  await house.database.db.baseType.update({ where: { code }, data: changes });
  const base = (await listBaseTypes(house.database)).find((one) => one.code === code);
  if (!base) throw new Error(`No base ${code}`);
  return base;
}

/** Makes a base type of its own, empty. */
export async function createBase(house: Where, wanted: Partial<BaseType> & { code: string }): Promise<BaseType> {
  const { code, name = wanted.code, kind = 'phone', limit = 50, period = 'day', sheetTitles = [] } = wanted;
  const { id } = await house.database.db.baseType.create({
    data: {
      code,
      name,
      kind,
      limit,
      period,
      sheetTitles: [...sheetTitles],
      ...(wanted.lowWaterPercent === undefined ? {} : { lowWaterPercent: wanted.lowWaterPercent }),
    },
  });
  const base = await findBaseType(house.database, id);
  if (!base) throw new Error(`No base ${code}`);
  return base;
}

/** Fills a base with so many free, invented phones, and returns their keys in the queue's order. */
export async function fillBase(house: Where, base: Pick<BaseType, 'id'>, count: number): Promise<string[]> {
  const first = phones;
  phones += count;
  const rows = await house.database.sql.rows<{ key: string }>(q`
    INSERT INTO contacts (base_type_id, key, value)
    SELECT ${base.id}, '+7900' || lpad(n::text, 7, '0'), '8 (900) ' || lpad(n::text, 7, '0')
    FROM generate_series(${first + 1}::int, ${first + count}::int) AS n RETURNING key`);
  return rows.map(({ key }) => key);
}

/** This agent gets so many contacts of a base now (or at `now`), and their rows in the queue's order. */
export async function issueTo(
  house: TestHouse,
  agent: TestUser,
  { base, wanted, now }: { base: Pick<BaseType, 'id'>; wanted: number; now?: Date },
): Promise<{ issuance: Issuance; contacts: { id: number; key: string }[] }> {
  const ctx = await house.ctxOf(agent, now);
  const issuance = await issueContacts(ctx, { baseTypeId: base.id, wanted, requestId: randomUUID() });
  const contacts = await house.database.sql.rows<{ id: number; key: string }>(
    q`SELECT id, key FROM contacts WHERE issuance_id = ${issuance.id} ORDER BY place`,
  );
  return { issuance, contacts };
}
