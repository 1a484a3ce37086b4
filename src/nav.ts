import type { Request } from 'express';
import type { Ctx } from './ctx.ts';
import { waitingCount } from './modules/accounts/index.ts';
import { openLimitRequestCount } from './modules/bases/index.ts';
import { pendingLeadCount } from './modules/leads/index.ts';
import { unreadForPerson, unreadForStaff } from './modules/support/index.ts';
import type { Permission } from './permissions.ts';
import { translator } from './web/i18n.ts';
import type { NavItem } from './web/render.ts';
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
  badge?: (ctx: Ctx) => Promise<number>;
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
    badge: unreadForPerson,
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
    badge: pendingLeadCount,
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
    badge: unreadForStaff,
  },
  {
    href: '/admin/users',
    label: 'accounts:nav.users',
    icon: 'users',
    can: 'staff:users:read',
    group: 'people',
    badge: waitingCount,
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
    badge: openLimitRequestCount,
  },
  {
    href: '/admin/suppressions',
    label: 'bases:nav.suppressions',
    icon: 'ban',
    can: 'staff:suppressions:manage',
    group: 'bases',
  },
  { href: '/admin/audit', label: 'audit:nav', icon: 'scroll-text', can: 'staff:audit:read', group: 'house' },
  { href: '/admin/settings', label: 'settings:nav', icon: 'settings', can: 'staff:settings:manage', group: 'house' },
  { href: '/admin/lead-types', label: 'leads:nav.types', icon: 'tags', can: 'staff:settings:manage', group: 'house' },
];

/** What this person may go to from here, with counts. */
export async function navOf(req: Request): Promise<NavItem[]> {
  if (!req.ctx) return [];
  const ctx = ctxOf(req);
  const t = translator(ctx.locale);
  const entries = ctx.actor?.role === 'user' ? cabinet : staff;
  const allowed = entries.filter((entry) => ctx.actor?.permissions.has(entry.can));
  const here = bestMatch(allowed, req.baseUrl + req.path);
  return Promise.all(
    allowed.map(async ({ href, label, icon, group, badge }) => ({
      href,
      label: t(label),
      icon,
      active: href === here,
      ...(group ? { group: t(`nav:groups.${group}`) } : {}),
      ...(badge ? { badge: await badge(ctx) } : {}),
    })),
  );
}

function bestMatch(entries: Entry[], path: string): string | undefined {
  const places = entries.flatMap(({ href, also = [] }) => [href, ...also].map((at) => ({ href, at })));
  const matching = places.filter(({ at }) => path === at || path.startsWith(`${at}/`));
  return matching.sort((a, b) => b.at.length - a.at.length)[0]?.href;
}
