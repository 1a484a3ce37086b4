import { vi } from 'vitest';
import { demoLogins, seedDemo } from '../../prisma/seed.ts';
import { openTestHouse, type TestHouse } from './house.ts';
import { signIn } from './knock.ts';
import type { Visitor } from './visitor.ts';

/** Who the demo's people are; nikita has not even confirmed the address. */
export const demoPeople = {
  admin: 'anna',
  support: 'sveta',
  agent: 'marina',
  pending: 'timur',
  unconfirmed: 'nikita',
} as const;
export type DemoRole = keyof typeof demoPeople;
export type DemoHouse = TestHouse & {
  /** A browser in which the demo's person of this role has logged in. */
  asDemo(role: DemoRole): Promise<Visitor>;
  /** Such a session for a real browser. */
  demoCookie(role: DemoRole): Promise<{ name: string; value: string; url: string }>;
};
/** Everybody's in the demo. */
export const demoPassword = demoLogins[0]?.password ?? '';

/** A house with the demo in it, ending at `now`. */
export async function openDemoHouse(now = new Date(), env: Record<string, string> = {}): Promise<DemoHouse> {
  const house = await openTestHouse(env);
  await loadDemo(house, now);
  return {
    ...house,
    async asDemo(role) {
      const visitor = house.visitor();
      await visitor.post('/login', { login: demoPeople[role], password: demoPassword }).expect(303);
      return visitor;
    },
    async demoCookie(role) {
      const [name = '', value = ''] = (await signIn(house, demoPeople[role], demoPassword)).split('=');
      return { name, value, url: house.url };
    },
  };
}

/** The seed reads the environment as `npm start` has it: only where files go is ours. BASE_URL is vitest's own word. */
export async function loadDemo({ config }: TestHouse, now: Date): Promise<void> {
  vi.stubEnv('BASE_URL', '');
  vi.stubEnv('FILES_DIR', config.FILES_DIR);
  await seedDemo(config.DATABASE_URL ?? '', now);
  vi.unstubAllEnvs();
}
