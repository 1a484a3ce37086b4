import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Upload } from '../../src/files/files.ts';
import { listLeadTypes, type Report, reportLeads } from '../../src/modules/leads/index.ts';
import type { TestHouse } from '../support/house.ts';
import type { TestUser } from './users.ts';

/** A picture of one dot. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
let phones = 0;

/** An invented phone that no other test of the file uses. */
export const newPhone = (): string => `+7900${String(5_000_000 + ++phones)}`;

/** A file as the web hands it to a verb. */
export async function uploadOf(name: string, content: Buffer | string): Promise<Upload> {
  const path = join(tmpdir(), `lead-cabinet-upload-${randomUUID()}`);
  await writeFile(path, content);
  return { path, originalName: name, size: Buffer.byteLength(content), field: 'files' };
}

/** The id of a lead type by its code. */
export async function leadTypeId(house: TestHouse, code: string): Promise<number> {
  const type = (await listLeadTypes(house.database)).find((one) => one.code === code);
  if (!type) throw new Error(`No lead type ${code}`);
  return type.id;
}

/** This agent reports these contacts, with one screenshot, at `now`. */
export async function report(house: TestHouse, agent: TestUser, values: string[], now?: Date): Promise<Report> {
  const ctx = await house.ctxOf(agent, now);
  return reportLeads(ctx, {
    requestId: randomUUID(),
    leads: values.map((value) => ({ value })),
    sharedFiles: [await uploadOf('chat.png', png)],
  });
}

/** One pending lead of this agent, with a screenshot. */
export async function createLead(
  house: TestHouse,
  agent: TestUser,
  { value = newPhone(), now }: { value?: string; now?: Date } = {},
): Promise<{ id: number; value: string; version: number }> {
  const { leadIds } = await report(house, agent, [value], now);
  return { id: leadIds[0] ?? 0, value, version: 1 };
}
