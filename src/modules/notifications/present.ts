import type { Actor } from '../../ctx.ts';
import type { Notice } from './queries.ts';
import { eventTypes, type Kind, kinds, namesFor, typeOf } from './types.ts';

type Say = (key: string, params?: Record<string, string | number>) => string;

/** A notice as the list shows it. */
export function shownNotice({ id, type, count, at, state, snoozedUntil, params }: Notice, t: Say, now: Date) {
  const known = typeOf(type);
  return {
    id,
    at,
    state,
    icon: known?.icon ?? 'bell',
    kind: t(`notifications:kinds.${known?.kind ?? 'account'}`),
    title: count === 1 ? single(type, params, t) : t(`notifications:types.${type}.titles`, { count }),
    note: count === 1 && typeof params.note === 'string' ? params.note : '',
    snoozedUntil: snoozedUntil && snoozedUntil > now ? snoozedUntil : null,
  };
}

const single = (type: string, params: Notice['params'], t: Say): string =>
  t(`notifications:types.${type}.title`, params);

/** Where a notice leads. */
export const targetOf = ({ type, ...notice }: Notice): string => typeOf(type)?.link(notice) ?? '/notifications';

/** The kinds that may reach the actor, for a filter. */
export function kindsFor({ role }: Pick<Actor, 'role'>): Kind[] {
  const mine = new Set<Kind>(namesFor(role).map((name) => eventTypes[name].kind));
  return kinds.filter((kind) => mine.has(kind));
}
