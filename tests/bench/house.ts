import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ask } from '../rig/http.ts';
import { type Instance, startInstance } from '../rig/instance.ts';
import type { Bench } from './types.ts';

const program = fileURLToPath(new URL('../../src/server.ts', import.meta.url));

export const benchSecret = 'the secret of this very bench, invented';

// As `npm start`, the image and the unit have it.
const nodeOptions = '--max-semi-space-size=16';

/** What startHouse needs more of a house that tells how late its event loop is, into this file. */
export const tellsLag = (file: string): Record<string, string> => ({
  NODE_OPTIONS: `${nodeOptions} --import=${new URL('imports/lag.ts', import.meta.url)}`,
  LAG_FILE: file,
});

/** What the server is told in a bench: production, in a folder and on a database of the bench's own. */
export const serverEnvironment = (folder: string, url: string): Record<string, string> => ({
  NODE_ENV: 'production',
  DATABASE_URL: url,
  SESSION_SECRET: benchSecret,
  // Nobody listens there.
  SMTP_URL: 'smtp://127.0.0.1:9',
  FILES_DIR: join(folder, 'files'),
  OUTBOX_DIR: join(folder, 'outbox'),
  LOG_LEVEL: 'error',
  // As `npm start` and the unit have it.
  NODE_COMPILE_CACHE: join(folder, 'compiled'),
  NODE_OPTIONS: nodeOptions,
});

/** Starts the real server, worker included, as a process of its own in production mode. `more` adds to its environment. */
export const startHouse = ({ folder }: Bench, url: string, more: Record<string, string> = {}): Promise<Instance> =>
  startInstance(program, { ...serverEnvironment(folder, url), ...more }, join(folder, 'house.log'));

/** Logs in and gives the session's cookie. Each number is an address of its own, so that nobody's limit of tries is shared. */
export async function logIn(url: string, email: string, password: string, number = 1): Promise<string> {
  const from = `10.1.${number >> 8}.${number & 255}`;
  const { status, cookie } = await ask(url, { path: '/login', form: { login: email, password }, from });
  if (status !== 303 || !cookie) throw new Error(`${email} cannot log in: ${status}`);
  return cookie;
}
