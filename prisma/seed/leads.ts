import { businessDayOf } from '../../src/lib/business-day.ts';
import { seedPictures } from './files.ts';
import { workers } from './people.ts';
import { leadComments, rejections, reworks } from './texts.ts';
import { days, insertAll, reserveIds, type World } from './world.ts';

type Status = 'pending' | 'approved' | 'rejected' | 'rework';
type Lead = {
  id: number;
  agent: number;
  type: number;
  key: string;
  value: string;
  source: 'base' | 'self';
  contact: number | null;
  at: Date;
  ago: number;
  status: Status;
  note: string | null;
  decidedAt: Date | null;
};
type Found = { id: number; agent: number; key: string; value: string; at: Date; code: string };

const wanted = 3_000;

/** 3,000 leads: most from contacts that were handed out, the rest found by the agents themselves. */
export async function seedLeads(world: World): Promise<void> {
  const types = await leadTypes(world);
  const fromBases = (await workedContacts(world)).slice(0, wanted - 500);
  const drafts = [
    ...fromBases.map((found) => fromBase(world, types, found)),
    ...ownFinds(world, types, wanted - fromBases.length),
  ];
  drafts.sort((a, b) => a.at.getTime() - b.at.getTime());
  const ids = await reserveIds(world.client, 'leads', drafts.length);
  await write(
    world,
    drafts.map((draft, i) => decided(world, { ...draft, id: ids[i] ?? 0 })),
  );
}

async function leadTypes({ client }: World): Promise<Map<string, number>> {
  const { rows } = await client.query<{ code: string; id: number }>('SELECT code, id FROM lead_types');
  return new Map(rows.map(({ code, id }) => [code, id]));
}

async function workedContacts({ client }: World): Promise<Found[]> {
  const { rows } = await client.query<Found>(`
    SELECT c.id, c.agent_id AS agent, c.key, c.value, c.outcome_at AS at, b.code
    FROM contacts c JOIN base_types b ON b.id = c.base_type_id WHERE c.outcome = 'lead' ORDER BY c.id`);
  return rows;
}

type Draft = Omit<Lead, 'id' | 'status' | 'note' | 'decidedAt'>;

function fromBase(
  { today, clock }: World,
  types: Map<string, number>,
  { id, agent, key, value, at, code }: Found,
): Draft {
  return {
    agent,
    type: types.get(code) ?? 0,
    key,
    value,
    source: 'base',
    contact: id,
    at,
    ago: daysBetween(at, today, clock),
  };
}

function ownFinds({ random, people, moment }: World, types: Map<string, number>, count: number): Draft[] {
  return Array.from({ length: count }, (_, n) => {
    const { name, from, until } = random.pick(workers);
    const ago = random.between(until, Math.min(from, days));
    const code = random.weighted({ avito: 40, yula: 15, kwork: 10, other_social: 15, telegram: 20 });
    const { key, value } = ownContact(code, n);
    return {
      agent: people[name] ?? 0,
      type: types.get(code) ?? 0,
      key,
      value,
      source: 'self' as const,
      contact: null,
      at: moment(ago),
      ago,
    };
  });
}

function ownContact(code: string, n: number): { key: string; value: string } {
  const item = 2_900_000_000 + n;
  const name = `find_${String(n).padStart(4, '0')}`;
  switch (code) {
    case 'avito':
      return { key: `avito:${item}`, value: `https://www.avito.ru/moskva/mebel/shkaf_${item}` };
    case 'yula':
      return { key: `yula:${name}`, value: `https://youla.ru/user/${name}` };
    case 'kwork':
      return { key: `kwork:${name}`, value: `https://kwork.ru/user/${name}` };
    case 'telegram':
      return { key: `telegram:${name}`, value: `@${name}` };
    default:
      return { key: `url:example.com/${name}`, value: `https://example.com/${name}` };
  }
}

/** Older leads are decided, this day's mostly wait; better agents have more accepted. */
function decided(world: World, lead: Draft & { id: number }): Lead {
  const { random, now } = world;
  const status = statusOf(world, lead);
  const decidedAt =
    status === 'pending'
      ? null
      : new Date(Math.min(lead.at.getTime() + random.between(5, 600) * 60_000, now.getTime()));
  const notes: Record<Status, string | null> = {
    pending: null,
    approved: null,
    rejected: random.pick(rejections),
    rework: random.pick(reworks),
  };
  return { ...lead, status, decidedAt, note: notes[status] };
}

function statusOf({ random, people }: World, { ago, agent }: Draft): Status {
  const luck = workers.find(({ name }) => people[name] === agent)?.luck ?? 0.5;
  if (ago <= 1 && random.chance(ago === 0 ? 0.8 : 0.25)) return 'pending';
  return random.weighted({ approved: luck, rejected: 1 - luck, rework: ago < 8 ? 0.12 : 0.005, pending: 0 });
}

async function write(world: World, leads: Lead[]): Promise<void> {
  await writeLeads(world, leads);
  await writeEvents(world, leads);
  const pictures = await seedPictures(world, 8);
  const files = leads.map(({ id }) => ({ lead_id: id, file_id: world.random.pick(pictures) }));
  await insertAll(world.client, 'lead_files', { lead_id: 'int', file_id: 'int' }, files);
}

async function writeLeads({ client, random, people, day, uuid }: World, leads: Lead[]): Promise<void> {
  const reports = await reserveIds(client, 'lead_reports', leads.length);
  await insertAll(
    client,
    'lead_reports',
    { id: 'int', agent_id: 'int', request_id: 'uuid', created_at: 'timestamptz' },
    leads.map(({ agent, at }, i) => ({ id: reports[i], agent_id: agent, request_id: uuid(), created_at: at })),
  );
  await insertAll(
    client,
    'leads',
    {
      id: 'int',
      report_id: 'int',
      agent_id: 'int',
      lead_type_id: 'int',
      key: 'text',
      value: 'text',
      comment: 'text',
      source: 'lead_source',
      contact_id: 'int',
      status: 'lead_status',
      day: 'date',
      version: 'int',
      decided_by_id: 'int',
      decided_at: 'timestamptz',
      decision_note: 'text',
      created_at: 'timestamptz',
      updated_at: 'timestamptz',
      digested_at: 'timestamptz',
    },
    leads.map((lead, i) => ({
      id: lead.id,
      report_id: reports[i],
      agent_id: lead.agent,
      lead_type_id: lead.type,
      key: lead.key,
      value: lead.value,
      comment: random.pick(leadComments),
      source: lead.source,
      contact_id: lead.contact,
      status: lead.status,
      day: day(lead.ago),
      version: lead.decidedAt ? 2 : 1,
      decided_by_id: lead.decidedAt ? people.anna : null,
      decided_at: lead.decidedAt,
      decision_note: lead.note,
      created_at: lead.at,
      updated_at: lead.decidedAt ?? lead.at,
      digested_at: lead.decidedAt,
    })),
  );
}

async function writeEvents({ client, people }: World, leads: Lead[]): Promise<void> {
  await insertAll(
    client,
    'lead_events',
    { lead_id: 'int', actor_id: 'int', status: 'lead_status', note: 'text', created_at: 'timestamptz' },
    leads.flatMap(({ id, agent, at, status, note, decidedAt }) => {
      const reported = { lead_id: id, actor_id: agent, status: 'pending', note: null, created_at: at };
      return decidedAt
        ? [reported, { lead_id: id, actor_id: people.anna, status, note, created_at: decidedAt }]
        : [reported];
    }),
  );
}

function daysBetween(at: Date, today: World['today'], clock: World['clock']): number {
  return Math.round((Date.parse(today) - Date.parse(businessDayOf(at, clock))) / 86_400_000);
}
