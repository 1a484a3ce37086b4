import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseOf } from '../factories/bases.ts';
import { pixel } from '../factories/files.ts';
import type { TestUser } from '../factories/users.ts';
import type { TestHouse } from '../support/house.ts';

/** What an address names: the address up to the parameter, or the parameter alone, and a real object's value. */
export type Objects = Record<string, string | number>;

/** Puts real objects into an address. A new address whose objects nobody has named fails here, by its own name. */
export function fill(path: string, objects: Objects): string {
  let until = '';
  const segments = path.split('/').map((segment) => {
    until += `${until || segment ? '/' : ''}${segment}`;
    if (!segment.startsWith(':')) return segment;
    const value = objects[until.replace('//', '/')] ?? objects[segment];
    if (value === undefined) throw new Error(`${path}: name an object for ${until} in tests/whole/routes.test.ts`);
    return String(value);
  });
  return segments.join('/');
}

export type Owned = {
  contact: number;
  issuance: number;
  limitRequest: number;
  lead: number;
  thread: number;
  message: number;
  /** Of staff, in the thread. */
  note: number;
  notice: number;
  /** On the lead and on the message. */
  file: number;
};

let count = 0;

/** One of everything that an agent may own. */
export async function createOwned(house: TestHouse, agent: TestUser): Promise<Owned> {
  const { db } = house.database;
  count += 1;
  const base = await baseOf(house, 'telegram');
  const file = await keptPicture(house, agent);
  const day = new Date('2026-11-02');
  const issuance = await db.issuance.create({
    data: { agentId: agent.id, baseTypeId: base.id, requestId: randomUUID(), wanted: 1, allowed: 50, given: 1, day },
  });
  const held = { state: 'issued', agentId: agent.id, issuanceId: issuance.id, issuedAt: day } as const;
  const key = `telegram:owned_${count}`;
  const contact = await db.contact.create({ data: { baseTypeId: base.id, key, value: `@owned_${count}`, ...held } });
  const report = await db.leadReport.create({ data: { agentId: agent.id, requestId: randomUUID() } });
  const type = await db.leadType.findFirstOrThrow({ where: { code: 'telegram' } });
  const lead = await db.lead.create({
    data: {
      reportId: report.id,
      agentId: agent.id,
      leadTypeId: type.id,
      key: `telegram:found_${count}`,
      value: `@found_${count}`,
      source: 'self',
      status: 'rework',
      day,
      files: { create: { fileId: file } },
    },
  });
  const { id: limitRequest } = await db.limitRequest.create({
    data: { agentId: agent.id, baseTypeId: base.id, wanted: 10, reason: 'Разобрал все контакты' },
  });
  const purpose = await db.purpose.findFirstOrThrow({ where: { fallback: true } });
  const thread = await db.thread.create({
    data: {
      personId: agent.id,
      purposeId: purpose.id,
      departmentId: purpose.departmentId,
      lastMessageAt: new Date(),
      unreadForStaff: 1,
      messages: {
        create: {
          authorId: agent.id,
          fromStaff: false,
          text: 'Добрый день',
          requestId: randomUUID(),
          attachments: { create: { fileId: file } },
        },
      },
    },
    include: { messages: true },
  });
  const message = thread.messages[0]?.id ?? 0;
  const { id: note } = await db.threadEvent.create({ data: { threadId: thread.id, kind: 'note', text: 'Заметка' } });
  const notice = await told(house, agent);
  const ids = { contact: contact.id, issuance: issuance.id, lead: lead.id, thread: thread.id };
  return { ...ids, limitRequest, message, note, notice, file };
}

async function told(house: TestHouse, agent: TestUser): Promise<number> {
  const now = new Date();
  const event = { type: 'support.answer', personId: agent.id, createdAt: now, expandedAt: now };
  const { id: eventId } = await house.database.db.notificationEvent.create({ data: event });
  const row = { userId: agent.id, eventId, latestEventId: eventId, type: event.type, at: now, createdAt: now };
  return (await house.database.db.notification.create({ data: row })).id;
}

async function keptPicture(house: TestHouse, agent: TestUser): Promise<number> {
  const path = join(tmpdir(), `lead-cabinet-picture-${randomUUID()}.png`);
  await writeFile(path, pixel);
  const kept = await house.services.files.adopt(path);
  const file = { ...kept, originalName: 'picture.png', mime: 'image/png', uploadedById: agent.id };
  return (await house.database.db.storedFile.create({ data: file })).id;
}
