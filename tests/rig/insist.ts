import { setTimeout as pause } from 'node:timers/promises';

/** Tries again for half a minute until it succeeds: the database may be down for a moment. */
export async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === 300) throw error;
      await pause(100);
    }
  }
}
