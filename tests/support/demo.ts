import { vi } from 'vitest';
import { demoLogins, seedDemo } from '../../prisma/seed.ts';
import { openTestHouse, type TestHouse } from './house.ts';
import type { Visitor } from './visitor.ts';

export type DemoRole = 'admin' | 'support' | 'agent' | 'pending';
export type DemoHouse = TestHouse & {
  login(role: DemoRole): { login: string; password: string };
  /** A browser in which the demo's person of this role has logged in. */
  asDemo(role: DemoRole): Promise<Visitor>;
};

/** A house with the demo in it, ending at `now`. */
export async function openDemoHouse(now = new Date()): Promise<DemoHouse> {
  const house = await openTestHouse();
  await loadDemo(house, now);
  const login = (role: DemoRole) => {
    const found = demoLogins.find((one) => one.role === role);
    if (!found) throw new Error(`The demo has no login for ${role}`);
    return found;
  };
  return {
    ...house,
    login,
    async asDemo(role) {
      const visitor = house.visitor();
      const { login: name, password } = login(role);
      await visitor.post('/login', { login: name, password }).expect(303);
      return visitor;
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
