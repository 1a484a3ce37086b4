import type { Actor } from '../../ctx.ts';

/** Where a person's work begins. */
export function homeOf({ role }: Pick<Actor, 'role'>): string {
  if (role === 'admin') return '/admin';
  return role === 'support' ? '/support' : '/cabinet';
}
