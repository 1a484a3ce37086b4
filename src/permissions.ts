/** `scope:resource:action`. `self` is one's own account, `agent` the agent's work, `staff` everybody's. */
export const permissions = [
  'self:account:manage',
  'self:thread:write',
  'agent:contacts:take',
  'agent:contacts:work',
  'agent:limits:request',
  'agent:leads:report',
  'staff:users:read',
  'staff:users:approve',
  'staff:users:ban',
  'staff:users:manage',
  'staff:bases:read',
  'staff:bases:manage',
  'staff:contacts:read',
  'staff:contacts:manage',
  'staff:contacts:export',
  'staff:limits:grant',
  'staff:imports:run',
  'staff:suppressions:manage',
  'staff:leads:read',
  'staff:leads:review',
  'staff:leads:export',
  'staff:stats:read',
  'staff:numbers:read',
  'staff:threads:answer',
  'staff:desk:manage',
  'staff:settings:manage',
  'staff:audit:read',
] as const;

export type Permission = (typeof permissions)[number];

/** What a route may declare: a permission, or that anybody may come in. */
export const open = 'public';
export type Requirement = Permission | typeof open;

export type Role = 'user' | 'support' | 'admin';
export type Status = 'pending' | 'approved' | 'banned';
/** `heads`: a department is his to answer for. */
type Person = { role: Role; status: Status; heads?: boolean | null };

const ofEverybody: Permission[] = ['self:account:manage', 'self:thread:write'];
const ofAgents: Permission[] = [
  'agent:contacts:take',
  'agent:contacts:work',
  'agent:limits:request',
  'agent:leads:report',
];
const ofSupport: Permission[] = [
  'staff:threads:answer',
  'staff:users:read',
  'staff:contacts:read',
  'staff:leads:read',
  'staff:limits:grant',
];
const ofHeads: Permission[] = ['staff:numbers:read'];
const byRole: Record<Person['role'], ReadonlySet<Permission>> = {
  user: new Set([...ofEverybody, ...ofAgents]),
  support: new Set([...ofEverybody, ...ofSupport]),
  admin: new Set([...ofEverybody, ...permissions.filter((p) => p.startsWith('staff:'))]),
};
const headOfSupport: ReadonlySet<Permission> = new Set([...byRole.support, ...ofHeads]);
const whilePending: ReadonlySet<Permission> = new Set(ofEverybody);
const none: ReadonlySet<Permission> = new Set();

/**
 * What a person may do. A pending one may see where the application stands and write to support; a banned one
 * nothing. A head who is support sees the numbers of his department.
 */
export function permissionsOf(person: Person | null): ReadonlySet<Permission> {
  if (!person || person.status === 'banned') return none;
  if (person.status === 'pending') return whilePending;
  return person.heads && person.role === 'support' ? headOfSupport : byRole[person.role];
}

/** The roles whose approved people may do this. */
export const rolesThatMay = (permission: Permission): Role[] =>
  (['user', 'support', 'admin'] as const).filter((role) => byRole[role].has(permission));
