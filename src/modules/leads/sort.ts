import { q, type Sql } from '../../lib/sql.ts';

export const sorts = ['-id', 'id', 'agent', '-agent', 'type', '-type', 'decided', '-decided'] as const;
export type Sort = (typeof sorts)[number];
/** The row beyond which a page lies; null: the beginning. */
export type Place = { values: (string | number | null)[] | null; backward: boolean };
type Named = { id: number; agent: string; type: string; decidedAt: Date | null };

const columns = {
  id: q`l.id`,
  agent: q`lower(u.name)`,
  type: q`t.name`,
  decided: q`coalesce(l.decided_at, 'epoch'::timestamptz)`,
};
const casts = {
  id: (value: unknown) => q`${value}::int`,
  agent: (value: unknown) => q`${value}::text`,
  type: (value: unknown) => q`${value}::text`,
  decided: (value: unknown) => q`${value}::timestamptz`,
};

const nameOf = (sort: Sort): keyof typeof columns => sort.replace('-', '') as keyof typeof columns;

/** The condition and the order of a keyset page; backwards the query runs towards the beginning. */
export function edgeOf(sort: Sort, { values, backward }: Place): { beyond: Sql; order: Sql } {
  const name = nameOf(sort);
  const rising = sort.startsWith('-') === backward;
  const direction = rising ? q`ASC` : q`DESC`;
  const column = columns[name];
  const order = name === 'id' ? q`l.id ${direction}` : q`${column} ${direction}, l.id ${direction}`;
  if (!values) return { beyond: q`true`, order };
  const [value, id] = values;
  const edge = q`(${casts[name](value)}, ${id}::int)`;
  return { beyond: rising ? q`(${column}, l.id) > ${edge}` : q`(${column}, l.id) < ${edge}`, order };
}

/** The cursor of a row in this order. */
export function keyIn(sort: Sort): (lead: Named) => [string | number, number] {
  const name = nameOf(sort);
  return (lead) => {
    const decided = (lead.decidedAt ?? new Date(0)).toISOString();
    const value = { id: lead.id, agent: lead.agent.toLowerCase(), type: lead.type, decided }[name];
    return [value, lead.id];
  };
}
