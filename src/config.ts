import { z } from 'zod';
import { isZone } from './lib/zoned-time.ts';

const flag = z.enum(['true', 'false']).transform((v) => v === 'true');
const duration = z.coerce.number().int().positive();

/** Every variable the house reads, in the order of .env.example. A test holds the two equal. */
const Env = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: z.coerce.number().int().min(0).max(65535).optional(),
  HOST: z.string().default('127.0.0.1'),
  BASE_URL: z.url().optional(),
  DATABASE_URL: z.string().startsWith('postgres').optional(),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(10),
  /** Connections that page reads share; 0 sends them by the pool too. */
  DATABASE_LANES: z.coerce.number().int().min(0).max(20).default(2),
  EXPORTS_AT_ONCE: z.coerce.number().int().min(1).max(50).default(3),
  EXPORT_WAIT_SECONDS: duration.default(10),
  EXPORT_STALL_SECONDS: duration.default(120),
  SESSION_SECRET: z.string().min(32).optional(),
  TRUST_PROXY: z.string().default('loopback'),
  PROCESS: z.enum(['all', 'web', 'worker']).default('all'),
  FILES_DIR: z.string().default('var/files'),
  UPLOAD_MAX_MB: z.coerce.number().int().min(1).max(1024).default(200),
  IMPORT_BATCH_ROWS: z.coerce.number().int().min(100).max(100_000).default(20_000),
  SMTP_URL: z.string().startsWith('smtp').optional(),
  MAIL_FROM: z.string().default('Lead Cabinet <cabinet@example.com>'),
  OUTBOX_DIR: z.string().default('var/outbox'),
  BUSINESS_ZONE: z.string().refine(isZone, 'not a time zone').default('Europe/Moscow'),
  BUSINESS_DAY_ENDS: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('20:00'),
  TELEGRAM_MODE: z.enum(['off', 'webhook', 'polling']).default('off'),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]+$/, 'not a token of a bot')
    .optional(),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{16,256}$/, 'needs 16 to 256 of A-Z, a-z, 0-9, _ and -')
    .optional(),
  TELEGRAM_API_ROOT: z.url().default('https://api.telegram.org'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  SHUTDOWN_SECONDS: duration.default(15),
  LIVE_HEARTBEAT_SECONDS: duration.default(20),
  SECURE_COOKIES: flag.optional(),
});

const neededInProduction = ['DATABASE_URL', 'SESSION_SECRET', 'BASE_URL', 'SMTP_URL'] as const;

export type Config = Readonly<z.infer<typeof Env>> & { readonly secureCookies: boolean; readonly production: boolean };

export const variables = Object.keys(Env.shape);

/**
 * Parses the environment once. Throws one ConfigError that lists every fault, so that an operator mends all in one go.
 * In production the secrets and addresses have no default.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Env.safeParse(given);
  const faults = parsed.success ? [] : parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  if (given.NODE_ENV === 'production') {
    for (const name of neededInProduction) if (!given[name]) faults.push(`${name}: must be set in production`);
  }
  faults.push(...telegramFaults(given));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const production = parsed.data.NODE_ENV === 'production';
  const secureCookies = parsed.data.SECURE_COOKIES ?? parsed.data.BASE_URL?.startsWith('https:') ?? false;
  return Object.freeze({ ...parsed.data, production, secureCookies });
}

/** A bot that is switched on needs what it works with. */
function telegramFaults(given: Record<string, string | undefined>): string[] {
  const mode = given.TELEGRAM_MODE ?? 'off';
  const needed = {
    off: [],
    polling: ['TELEGRAM_BOT_TOKEN'],
    webhook: ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_WEBHOOK_SECRET', 'BASE_URL'],
  }[mode];
  return (needed ?? []).filter((name) => !given[name]).map((name) => `${name}: must be set for TELEGRAM_MODE=${mode}`);
}

export class ConfigError extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(`The configuration is wrong:\n${faults.map((f) => `  - ${f}`).join('\n')}`);
    this.faults = faults;
  }
}

let current: Config | undefined;

/** The process's configuration, read from the environment on first use. */
export function config(): Config {
  current ??= readConfig(process.env);
  return current;
}
