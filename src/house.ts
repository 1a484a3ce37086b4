import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { type Ctx, makeCtx, type Services } from './ctx.ts';
import { type Database, openDatabase } from './db.ts';
import { openExports } from './exports.ts';
import { diskStore } from './files/store.ts';
import { createQueue, type Queue } from './jobs/queue.ts';
import { jobs } from './jobs/registry.ts';
import { createLive } from './live/live.ts';
import { createMailer } from './mail/mailer.ts';
import { pendingMigrations } from './migrations/index.ts';
import { keepUpdate, type RawUpdate } from './modules/telegram/index.ts';
import { webhookPath } from './modules/telegram/webhook.web.ts';
import { createTelegram } from './telegram/api.ts';
import { createPolling, type Polling } from './telegram/polling.ts';
import type { Check } from './web/health.ts';

/** All that stands behind the pages: database, queue, files, mail. */
export type House = {
  config: Config;
  log: Logger;
  database: Database;
  queue: Queue;
  services: Services;
  sessionSecret: string;
  checks: Check[];
  /** Asks Telegram for updates, where it is so configured. */
  polling: Polling | null;
  ctx(parts?: Parameters<typeof makeCtx>[2]): Ctx;
  close(): Promise<void>;
};

/** Opens the house for one process. `works` says whether this process runs jobs. Throws when the database is away. */
export async function openHouse(config: Config, log: Logger, { works }: { works: boolean }): Promise<House> {
  if (!config.DATABASE_URL) throw new Error('DATABASE_URL is not set');
  const onError = (err: Error): void => log.error({ err }, 'database');
  const database = openDatabase(
    config.DATABASE_URL,
    { connections: config.DATABASE_POOL, lanes: config.DATABASE_LANES },
    onError,
  );
  const clock = { zone: config.BUSINESS_ZONE, endsAt: config.BUSINESS_DAY_ENDS };
  const exports = openExports(
    config.DATABASE_URL,
    {
      atOnce: config.EXPORTS_AT_ONCE,
      waitSeconds: config.EXPORT_WAIT_SECONDS,
      stallSeconds: config.EXPORT_STALL_SECONDS,
      zone: clock.zone,
    },
    onError,
  );
  const mailer = createMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM, outbox: config.OUTBOX_DIR });
  const telegram = telegramOf(config);
  const webhook = webhookOf(config);
  const queue = createQueue({
    sql: database.sql,
    jobs: jobs({ mailer, telegram, webhook }),
    zone: config.BUSINESS_ZONE,
    supervise: works,
    graceSeconds: config.SHUTDOWN_SECONDS,
    onError,
  });
  await queue.open();
  const live = createLive({
    url: config.DATABASE_URL,
    heartbeatSeconds: config.LIVE_HEARTBEAT_SECONDS,
    onError,
  });
  const services: Services = {
    jobs: queue,
    files: diskStore(config.FILES_DIR),
    clock,
    baseUrl: baseUrlOf(config),
    uploadMaxMb: config.UPLOAD_MAX_MB,
    importBatchRows: config.IMPORT_BATCH_ROWS,
    live,
    exports,
    telegram: { on: telegram !== null, mode: config.TELEGRAM_MODE },
  };
  const ctx: House['ctx'] = (parts) => makeCtx(database, services, parts);
  const keep = (update: RawUpdate) => keepUpdate(ctx(), update);
  const polling =
    telegram && config.TELEGRAM_MODE === 'polling'
      ? createPolling({ url: config.DATABASE_URL, api: telegram, keep, onError })
      : null;
  return {
    config,
    log,
    database,
    queue,
    services,
    sessionSecret: config.SESSION_SECRET ?? (await sessionSecretOf(database.pool)),
    checks: checksOf(config.DATABASE_URL, database, queue),
    ctx,
    polling,
    async close() {
      await polling?.close();
      await live.close();
      await queue.close();
      mailer.close();
      await exports.close();
      await database.close();
    },
  };
}

const telegramOf = ({ TELEGRAM_MODE, TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: root }: Config) =>
  TELEGRAM_MODE !== 'off' && token ? createTelegram({ token, root }) : null;

function webhookOf(config: Config): { url: string; secret: string } | null {
  const secret = config.TELEGRAM_WEBHOOK_SECRET;
  return config.TELEGRAM_MODE === 'webhook' && secret ? { url: baseUrlOf(config) + webhookPath, secret } : null;
}

const baseUrlOf = (config: Config): string => config.BASE_URL ?? `http://localhost:${config.PORT ?? 3000}`;

/** Outside production: a secret of this database's own, made once, so that a restart does not log everybody out. */
async function sessionSecretOf(pool: Pool): Promise<string> {
  const made = JSON.stringify(randomBytes(32).toString('base64url'));
  await pool.query(
    `INSERT INTO settings (key, value, updated_at) VALUES ('session-secret', $1, now()) ON CONFLICT DO NOTHING`,
    [made],
  );
  const { rows } = await pool.query<{ value: string }>(`SELECT value FROM settings WHERE key = 'session-secret'`);
  return rows[0]?.value ?? made;
}

function checksOf(url: string, database: Database, queue: Queue): Check[] {
  return [
    { name: 'database', ok: async () => (await database.pool.query('SELECT 1')).rowCount === 1 },
    { name: 'migrations', ok: async () => (await pendingMigrations(url)).length === 0 },
    { name: 'queue', ok: () => queue.healthy() },
  ];
}
