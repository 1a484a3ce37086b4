import type { Client } from 'pg';
import { type Finding, finding } from './checker.ts';
import { type Act, acknowledgedBy, isRefused, type Journal } from './journal.ts';

type Issuance = { id: number; agentId: number; baseTypeId: number; requestId: string; given: number };
/** Who has, or had, a contact: its present holder and everybody from whom it was taken back. */
type Holding = { key: string; agentId: number; issuance: number; returned: boolean };
type Tables = {
  issuances: Map<number, Issuance>;
  byRequest: Map<string, Issuance[]>;
  holdings: Map<string, Holding[]>;
  /** By issuance. */
  returned: Map<number, Holding[]>;
};

/** What was acknowledged must be there, once; what was refused must not. */
export async function checkJournals(client: Client, journals: readonly Journal[]): Promise<Finding[]> {
  const tables = await readTables(client);
  return [
    finding('one request id has one answer', journals.flatMap(manyAnswers)),
    finding(
      'an acknowledged issuance is there',
      journals.flatMap((journal) => missing(tables, journal)),
    ),
    finding(
      'what was refused did not happen',
      journals.flatMap(({ acts }) => refusedYetThere(tables, acts)),
    ),
    finding('every issuance was asked for', unasked(tables, journals)),
    finding(
      'a contact that was shown is held by that agent, once',
      journals.flatMap((journal) => shownYetElsewhere(tables, journal)),
    ),
    finding(
      'an issuance shows all that it gave',
      journals.flatMap((journal) => shownTooFew(tables, journal)),
    ),
    finding('a key is shown to one agent', doubleIssues(tables, journals)),
  ];
}

async function readTables(client: Client): Promise<Tables> {
  const { rows: issuances } = await client.query<Issuance>(
    'SELECT id, agent_id AS "agentId", base_type_id AS "baseTypeId", request_id AS "requestId", given FROM issuances',
  );
  const { rows: holdings } = await client.query<Holding>(`
    SELECT key, agent_id AS "agentId", issuance_id AS issuance, false AS returned FROM contacts WHERE agent_id IS NOT NULL
    UNION ALL
    SELECT c.key, r.agent_id, r.issuance_id, true FROM contact_returns r JOIN contacts c ON c.id = r.contact_id`);
  return {
    issuances: new Map(issuances.map((issuance) => [issuance.id, issuance])),
    byRequest: Map.groupBy(issuances, ({ requestId }) => requestId),
    holdings: Map.groupBy(holdings, ({ key }) => key),
    returned: Map.groupBy(
      holdings.filter(({ returned }) => returned),
      ({ issuance }) => issuance,
    ),
  };
}

const manyAnswers = ({ acts }: Journal): string[] =>
  acts.flatMap((act) => {
    const issuances = acknowledgedBy(act);
    return issuances.length > 1 ? [`${act.requestId}: issuances ${issuances.join(', ')}`] : [];
  });

const missing = ({ issuances }: Tables, { agentId, acts }: Journal): string[] =>
  acts.flatMap((act) =>
    acknowledgedBy(act).flatMap((id) => {
      const row = issuances.get(id);
      const same = row?.agentId === agentId && row.baseTypeId === act.baseTypeId && row.requestId === act.requestId;
      return same ? [] : [`issuance ${id} of agent ${agentId} ${JSON.stringify(row)} ${JSON.stringify(act)}`];
    }),
  );

const refusedYetThere = ({ byRequest }: Tables, acts: readonly Act[]): string[] =>
  acts.filter((act) => isRefused(act) && byRequest.has(act.requestId)).map(({ requestId }) => requestId);

function unasked({ byRequest }: Tables, journals: readonly Journal[]): string[] {
  const asked = new Set(journals.flatMap(({ acts }) => acts.map(({ requestId }) => requestId)));
  return [...byRequest.keys()].filter((requestId) => !asked.has(requestId));
}

const shownYetElsewhere = ({ holdings }: Tables, { agentId, shown }: Journal): string[] =>
  [...shown].flatMap(([issuance, contacts]) =>
    contacts.flatMap((contact) => {
      const mine = (holdings.get(keyOf(contact)) ?? []).filter((holding) => holding.agentId === agentId);
      const once = mine.length === 1 && mine[0]?.issuance === issuance;
      return once ? [] : [`${contact} of issuance ${issuance} of agent ${agentId}: ${mine.length} times`];
    }),
  );

/** What an issuance gave is shown whole, but for what was taken back before its agent came to read it. */
function shownTooFew({ issuances, returned }: Tables, { shown }: Journal): string[] {
  return [...shown].flatMap(([id, contacts]) => {
    const given = issuances.get(id)?.given ?? 0;
    const seen = new Set(contacts.map(keyOf));
    const gone = (returned.get(id) ?? []).filter(({ key }) => !seen.has(key));
    return seen.size + gone.length === given ? [] : [`issuance ${id}: ${contacts.length} shown, ${given} given`];
  });
}

/** Keys that two agents were shown without the first having given them back. */
function doubleIssues({ holdings }: Tables, journals: readonly Journal[]): string[] {
  const seenBy = new Map<string, Set<number>>();
  for (const { agentId, shown } of journals) {
    for (const contact of [...shown.values()].flat()) {
      const key = keyOf(contact);
      seenBy.set(key, (seenBy.get(key) ?? new Set()).add(agentId));
    }
  }
  return [...seenBy].flatMap(([key, agents]) => {
    const gaveBack = new Set((holdings.get(key) ?? []).filter((h) => h.returned).map((h) => h.agentId));
    const keepers = [...agents].filter((agent) => !gaveBack.has(agent));
    return keepers.length > 1 ? [`${key}: agents ${keepers.join(', ')}`] : [];
  });
}

/** The key of an invented contact, read by rules of our own. */
function keyOf(shown: string): string {
  const digits = shown.replace(/\D/g, '');
  if (/^[@a-z]/i.test(shown)) return `telegram:${shown.replace('@', '').toLowerCase()}`;
  return `+7${digits.slice(-10)}`;
}
