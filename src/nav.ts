import type { Request } from 'express';
import { type Actor, actorOf, type Ctx } from './ctx.ts';
import { joinSql, q, type Sql } from './lib/sql.ts';
import { waitingBadge } from './modules/accounts/index.ts';
import { openLimitRequestBadge } from './modules/bases/index.ts';
import { pendingLeadBadge } from './modules/leads/index.ts';
import { bellCount } from './modules/notifications/index.ts';
import { personBadge, staffBadge } from './modules/support/index.ts';
import type { Permission } from './permissions.ts';
import { translator } from './web/i18n.ts';
import type { Nav, NavItem } from './web/render.ts';
import { ctxOf } from './web/request.ts';

type Entry = {
  href: string;
  /** Key of the label in the locale files. */
  label: string;
  icon: string;
  can: Permission;
  /** Addresses of the same room that do not begin with `href`. */
  also?: string[];
  group?: 'work' | 'people' | 'bases' | 'house';
  /** What waits there, as a number in SQL. */
  badge?: (actor: Actor) => Sql;
};

/** The cabinet's navigation, in order. On a phone the first five are the tab bar. */
const cabinet: Entry[] = [
  { href: '/cabinet', label: 'accounts:nav.home', icon: 'house', can: 'self:account:manage' },
  {
    href: '/cabinet/contacts/new',
    label: 'bases:nav.take',
    icon: 'hand-helping',
    can: 'agent:contacts:take',
    also: ['/cabinet/limits'],
  },
  {
    href: '/cabinet/contacts',
    label: 'bases:nav.mine',
    icon: 'phone',
    can: 'agent:contacts:work',
    also: ['/cabinet/issuances'],
  },
  { href: '/cabinet/leads/new', label: 'leads:nav.report', icon: 'send', can: 'agent:leads:report' },
  { href: '/cabinet/leads', label: 'leads:nav.mine', icon: 'target', can: 'agent:leads:report' },
  {
    href: '/cabinet/support',
    label: 'support:nav.person',
    icon: 'message-circle',
    can: 'self:thread:write',
    badge: personBadge,
  },
];

/** The staff's navigation, in groups. */
const staff: Entry[] = [
  { href: '/admin', label: 'overview:nav', icon: 'layout-dashboard', can: 'staff:stats:read', group: 'work' },
  {
    href: '/admin/leads/queue',
    label: 'leads:nav.queue',
    icon: 'list-checks',
    can: 'staff:leads:review',
    group: 'work',
    badge: pendingLeadBadge,
  },
  { href: '/admin/leads', label: 'leads:nav.all', icon: 'target', can: 'staff:leads:read', group: 'work' },
  {
    href: '/admin/leads/stats',
    label: 'leads:nav.stats',
    icon: 'chart-column',
    can: 'staff:stats:read',
    group: 'work',
  },
  {
    href: '/support',
    label: 'support:nav.staff',
    icon: 'messages-square',
    can: 'staff:threads:answer',
    group: 'work',
    badge: staffBadge,
  },
  {
    href: '/admin/support-numbers',
    label: 'support:numbers.nav',
    icon: 'chart-no-axes-column',
    can: 'staff:numbers:read',
    group: 'work',
  },
  {
    href: '/admin/users',
    label: 'accounts:nav.users',
    icon: 'users',
    can: 'staff:users:read',
    group: 'people',
    badge: waitingBadge,
  },
  { href: '/admin/bases', label: 'bases:nav.bases', icon: 'database', can: 'staff:bases:read', group: 'bases' },
  { href: '/admin/contacts', label: 'bases:nav.contacts', icon: 'contact', can: 'staff:contacts:read', group: 'bases' },
  { href: '/admin/imports', label: 'imports:nav', icon: 'file-up', can: 'staff:imports:run', group: 'bases' },
  {
    href: '/admin/limits',
    label: 'bases:nav.limits',
    icon: 'gauge',
    can: 'staff:limits:grant',
    group: 'bases',
    badge: openLimitRequestBadge,
  },
  {
    href: '/admin/suppressions',
    label: 'bases:nav.suppressions',
    icon: 'ban',
    can: 'staff:suppressions:manage',
    group: 'bases',
  },
  {
    href: '/admin/departments',
    label: 'support:nav.desk',
    icon: 'headset',
    can: 'staff:desk:manage',
    group: 'house',
  },
  { href: '/admin/audit', label: 'audit:nav', icon: 'scroll-text', can: 'staff:audit:read', group: 'house' },
  { href: '/admin/jobs', label: 'jobs:nav', icon: 'timer', can: 'staff:settings:manage', group: 'house' },
  { href: '/admin/settings', label: 'settings:nav', icon: 'settings', can: 'staff:settings:manage', group: 'house' },
  { href: '/admin/lead-types', label: 'leads:nav.types', icon: 'tags', can: 'staff:settings:manage', group: 'house' },
  {
    href: '/admin/notifications',
    label: 'notifications:nav',
    icon: 'bell-ring',
    can: 'staff:settings:manage',
    group: 'house',
  },
  { href: '/admin/telegram', label: 'telegram:nav', icon: 'bot', can: 'staff:settings:manage', group: 'house' },
];
const bell: Entry = {
  href: '/notifications',
  label: 'notifications:title',
  icon: 'bell',
  can: 'self:account:manage',
  badge: bellCount,
};

const everywhere = [...cabinet, ...staff, bell];

/** What this person may go to from here, with counts, and the bell. */
export async function navOf(req: Request): Promise<Nav> {
  const ctx = req.ctx && ctxOf(req);
  if (!ctx?.actor) return { items: [], bell: null };
  const { permissions, role } = ctx.actor;
  const entries = role === 'user' ? cabinet : staff;
  const allowed = entries.filter((entry) => permissions.has(entry.can));
  const here = bestMatch([...allowed, bell], req.baseUrl + req.path);
  const badges = await badgesOf(ctx, [...allowed, bell]);
  const shown = (entry: Entry): NavItem =>
    itemOf(entry, { active: entry.href === here, badge: badges.get(entry.href) }, ctx);
  return { items: allowed.map(shown), bell: shown(bell) };
}

function itemOf(
  { href, label, icon, group }: Entry,
  { active, badge }: Pick<NavItem, 'active'> & { badge: number | undefined },
  { locale }: Ctx,
): NavItem {
  const t = translator(locale);
  return {
    href,
    label: t(label),
    icon,
    active,
    ...(group ? { group: t(`nav:groups.${group}`) } : {}),
    ...(badge === undefined ? {} : { badge }),
  };
}

/** Every badge in one question to the database: each page asks it. */
async function badgesOf(ctx: Ctx, entries: Entry[]): Promise<Map<string, number>> {
  const counted = entries.flatMap(({ href, badge }) =>
    badge ? [{ href, at: everywhere.findIndex((entry) => entry.href === href), count: badge(actorOf(ctx)) }] : [],
  );
  if (counted.length === 0) return new Map();
  const counts = joinSql(
    counted.map(({ count }) => count),
    ', ',
  );
  // The text follows from which entries count; PostgreSQL takes sixty-three letters of a name.
  const name = `nav.badges ${counted.map(({ at }) => at).join(' ')}`;
  const row = await ctx.sql.row<{ counts: number[] }>(q`SELECT ARRAY[${counts}] AS counts`, name);
  return new Map(counted.map(({ href }, i) => [href, row?.counts[i] ?? 0]));
}

function bestMatch(entries: Entry[], path: string): string | undefined {
  const places = entries.flatMap(({ href, also = [] }) => [href, ...also].map((at) => ({ href, at })));
  const matching = places.filter(({ at }) => path === at || path.startsWith(`${at}/`));
  return matching.sort((a, b) => b.at.length - a.at.length)[0]?.href;
}
