import { type Permission, type Role, rolesThatMay } from '../../permissions.ts';
import type { Channel } from './channels.ts';

export const kinds = ['people', 'limits', 'bases', 'imports', 'leads', 'support', 'account'] as const;
export type Kind = (typeof kinds)[number];
export type Params = Record<string, string | number>;

export type EventType = {
  kind: Kind;
  icon: string;
  /** Staff who may do this, or the person concerned where he has one of these roles. Never who acted. */
  told: { permission: Permission } | { person: readonly Role[] };
  /** Where it is told unless somebody chose otherwise. A channel that is not named is not offered. */
  channels: Partial<Record<Channel, boolean>>;
  /** It cannot be switched off. */
  fixed?: true;
  /** Reaches a banned person too, and an address that was never proved. */
  evenBanned?: true;
  /** Many within a day are one row, and those of so many minutes one letter; null: each by itself, at once. */
  digest: { minutes: number } | null;
  /** Key of its letter in mail.json; without one the room that it comes from writes the letter itself. */
  letter?: string;
  /** Where it leads; null: nowhere. */
  link(event: { subjectId: number | null; count: number; params: Params }): string | null;
  /** What stands for one of many in a letter. */
  line?(params: Params): string;
};

const staff = (permission: Permission) => ({ told: { permission } });
const agent = { told: { person: ['user'] as const } };
const operator = { told: { person: ['support', 'admin'] as const } };
const named = ({ name }: Params): string => String(name);
const manager = { told: { person: ['admin'] as const } };
const oneOf = (one: string, many: string) => ({
  link: ({ subjectId, count }: { subjectId: number | null; count: number }) =>
    subjectId !== null && count === 1 ? `${one}/${subjectId}` : many,
});

/** Everything that somebody is told of. Its words are `notifications:types.<name>`. A new event adds one entry. */
export const eventTypes = {
  'registration.waits': {
    kind: 'people',
    icon: 'user-plus',
    ...staff('staff:users:approve'),
    channels: { cabinet: true, email: true, telegram: false },
    digest: { minutes: 15 },
    letter: 'registrationsWait',
    ...oneOf('/admin/users', '/admin/users?status=pending'),
    line: ({ name }) => String(name),
  },
  'limit.requested': {
    kind: 'limits',
    icon: 'gauge',
    ...staff('staff:limits:grant'),
    channels: { cabinet: true, email: false, telegram: false },
    digest: { minutes: 15 },
    letter: 'limitsRequested',
    link: () => '/admin/limits',
    line: ({ name, base, wanted }) => `${name} — ${base}: +${wanted}`,
  },
  'base.low': {
    kind: 'bases',
    icon: 'battery-low',
    ...staff('staff:bases:manage'),
    channels: { cabinet: true, email: true, telegram: true },
    digest: null,
    letter: 'baseLow',
    ...oneOf('/admin/bases', '/admin/bases'),
  },
  'import.finished': {
    kind: 'imports',
    icon: 'file-check',
    ...manager,
    channels: { cabinet: true, email: false, telegram: false },
    digest: null,
    letter: 'importFinished',
    ...oneOf('/admin/imports', '/admin/imports'),
  },
  'import.failed': {
    kind: 'imports',
    icon: 'file-x',
    ...manager,
    channels: { cabinet: true, email: true, telegram: true },
    digest: null,
    letter: 'importFailed',
    ...oneOf('/admin/imports', '/admin/imports'),
  },
  'lead.verdict': {
    kind: 'leads',
    icon: 'badge-check',
    ...agent,
    channels: { cabinet: true, email: true, telegram: true },
    digest: { minutes: 60 },
    ...oneOf('/cabinet/leads', '/cabinet/leads'),
  },
  'lead.rework': {
    kind: 'leads',
    icon: 'rotate-ccw',
    ...agent,
    channels: { cabinet: true, email: true, telegram: true },
    digest: { minutes: 60 },
    ...oneOf('/cabinet/leads', '/cabinet/leads?status=rework'),
  },
  'limit.granted': {
    kind: 'limits',
    icon: 'circle-plus',
    ...agent,
    channels: { cabinet: true, email: false, telegram: true },
    digest: null,
    letter: 'limitGranted',
    link: () => '/cabinet/contacts/new',
  },
  'limit.declined': {
    kind: 'limits',
    icon: 'circle-minus',
    ...agent,
    channels: { cabinet: true, email: false, telegram: true },
    digest: null,
    letter: 'limitDeclined',
    link: () => '/cabinet/limits',
  },
  'support.answer': {
    kind: 'support',
    icon: 'message-circle',
    told: { person: ['user', 'support', 'admin'] },
    channels: { cabinet: true, email: true },
    digest: null,
    letter: 'supportAnswered',
    ...oneOf('/cabinet/support/threads', '/cabinet/support'),
  },
  'support.report': {
    kind: 'support',
    icon: 'clipboard-list',
    told: { person: ['support', 'admin'] },
    channels: { cabinet: true, email: true },
    digest: null,
    letter: 'supportReport',
    // One that was told before reports said of which department they are leads to all that the head sees.
    link: ({ params: { departmentId: id, date } }) =>
      `/admin/support-numbers${id && date ? `?department=${id}&from=${date}&to=${date}` : ''}`,
    line: ({ rows }) => String(rows),
  },
  mention: {
    kind: 'support',
    icon: 'at-sign',
    told: { person: ['support', 'admin'] },
    channels: { cabinet: true, email: false, telegram: true },
    digest: null,
    letter: 'mentioned',
    ...oneOf('/support/notes', '/support'),
  },
  'thread.assigned': {
    kind: 'support',
    icon: 'inbox',
    ...operator,
    channels: { cabinet: true, email: false, telegram: true },
    digest: { minutes: 5 },
    letter: 'threadsAssigned',
    ...oneOf('/support/threads', '/support?view=mine'),
    line: named,
  },
  'thread.overdue': {
    kind: 'support',
    icon: 'alarm-clock',
    ...operator,
    channels: { cabinet: true, email: true, telegram: true },
    digest: { minutes: 15 },
    letter: 'threadsOverdue',
    ...oneOf('/support/threads', '/support?status=overdue'),
    line: named,
  },
  'queue.unattended': {
    kind: 'support',
    icon: 'user-round-x',
    ...operator,
    channels: { cabinet: true, email: true, telegram: true },
    digest: { minutes: 15 },
    letter: 'queueUnattended',
    ...oneOf('/support/threads', '/support?view=unassigned'),
    line: named,
  },
  'user.approved': {
    kind: 'account',
    icon: 'circle-check',
    told: { person: ['user', 'support', 'admin'] },
    channels: { cabinet: true, email: true, telegram: true },
    fixed: true,
    digest: null,
    letter: 'approved',
    link: () => '/cabinet',
  },
  'user.banned': {
    kind: 'account',
    icon: 'ban',
    told: { person: ['user', 'support', 'admin'] },
    channels: { email: true },
    fixed: true,
    evenBanned: true,
    digest: null,
    letter: 'banned',
    link: () => null,
  },
  'user.restored': {
    kind: 'account',
    icon: 'door-open',
    told: { person: ['user', 'support', 'admin'] },
    channels: { cabinet: true, email: true, telegram: true },
    fixed: true,
    digest: null,
    letter: 'restored',
    link: () => '/login',
  },
} as const satisfies Record<string, EventType>;

export type EventName = keyof typeof eventTypes;
export const eventNames = Object.keys(eventTypes) as EventName[];

/** The type of this name; undefined for one that a newer version wrote or an older one knew. */
export const typeOf = (name: string): EventType | undefined =>
  Object.hasOwn(eventTypes, name) ? eventTypes[name as EventName] : undefined;

/** The roles that may be told of it. */
export const rolesToldOf = ({ told }: EventType): readonly Role[] =>
  'person' in told ? told.person : rolesThatMay(told.permission);

/** What a person of this role may be told of, and so may see. */
export const namesFor = (role: Role): EventName[] => namesByRole[role];

const namesByRole: Record<Role, EventName[]> = {
  user: eventNames.filter((name) => rolesToldOf(eventTypes[name]).includes('user')),
  support: eventNames.filter((name) => rolesToldOf(eventTypes[name]).includes('support')),
  admin: eventNames.filter((name) => rolesToldOf(eventTypes[name]).includes('admin')),
};
