import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Reads `.env` when there is one; what is set already wins. */
export function loadEnvironment(): void {
  process.chdir(ROOT);
  if (existsSync('.env')) process.loadEnvFile('.env');
}
