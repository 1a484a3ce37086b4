import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { RawUpdate } from '../modules/telegram/index.ts';
import type { TelegramApi } from './api.ts';

const POLLING_LOCK = 7312;

type Options = {
  url: string;
  api: TelegramApi;
  keep(update: RawUpdate): Promise<unknown>;
  onError(error: Error): void;
  /** How long Telegram may hold a question that has no answer yet. */
  holdSeconds?: number;
  pauseMs?: number;
};

export type Polling = { start(): void; close(): Promise<void> };

/**
 * Asks Telegram for updates, in one instance at a time: an advisory lock on a connection of its own says which. When that instance dies
 * its lock goes with it, and another takes over within seconds. What was not confirmed comes again, and is kept once.
 */
export function createPolling({ url, api, keep, onError, holdSeconds = 25, pauseMs = 3_000 }: Options): Polling {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const wait = (ms: number): Promise<void> => pause(ms, undefined, { signal: stop.signal }).catch(() => undefined);

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await takeTurn().catch(onError);
      await wait(pauseMs);
    }
  }

  async function takeTurn(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      query_timeout: 10_000,
      keepAlive: true,
      application_name: 'lead-cabinet telegram',
    });
    const lost = new AbortController();
    client.on('error', () => lost.abort());
    client.on('end', () => lost.abort());
    try {
      await client.connect();
      const { rows } = await client.query(`SELECT pg_try_advisory_lock(${POLLING_LOCK}) AS mine`);
      if (rows[0]?.mine) await poll(AbortSignal.any([stop.signal, lost.signal]));
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async function poll(signal: AbortSignal): Promise<void> {
    await api.deleteWebhook();
    let offset: number | undefined;
    while (!signal.aborted) {
      const asked = await api.updates(offset, holdSeconds, signal);
      if (signal.aborted) return;
      if (!asked.ok) {
        await wait(asked.reason === 'wait' ? asked.seconds * 1000 : pauseMs);
        continue;
      }
      for (const update of asked.value) {
        await keep(update as unknown as RawUpdate);
        offset = update.update_id + 1;
      }
    }
  }

  return {
    start() {
      running = run();
    },
    async close() {
      stop.abort();
      await running;
    },
  };
}
