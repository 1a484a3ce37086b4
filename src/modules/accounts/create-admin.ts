// npm run admin:create [-- --name anna --email anna@example.com --password '…']: asks on a terminal for what is not given.
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { config } from '../../config.ts';
import { InvalidInput } from '../../errors.ts';
import { generateClient } from '../../launch/client.ts';
import { loadEnvironment } from '../../launch/environment.ts';
import { applyMigrations } from '../../migrations/index.ts';
import { withDatabase } from '../../postgres/location.ts';
import { translator } from '../../web/i18n.ts';
import { createLog } from '../../web/log.ts';

type Answers = { name: string; email: string; password: string };

async function main(): Promise<void> {
  loadEnvironment();
  const answers = await askForMissing();
  const { DATABASE_URL } = config();
  // A clone that was never started has neither the generated client nor tables; a deployment has both.
  if (!DATABASE_URL) await generateClient();
  const id = await withDatabase(DATABASE_URL, async (url) => {
    if (!DATABASE_URL) await applyMigrations(url);
    return create(url, answers);
  });
  console.log(`Administrator #${id} is ready: log in as ${answers.name}.`);
}

async function askForMissing(): Promise<Answers> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ options: { name: option, email: option, password: option } });
  const answer = async (what: keyof Answers, hidden = false): Promise<string> => {
    const given = values[what];
    if (given !== undefined) return given;
    if (!stdin.isTTY) throw new Error(`--${what} is missing: npm run admin:create -- --name … --email … --password …`);
    return ask(what, hidden);
  };
  return { name: await answer('name'), email: await answer('email'), password: await answer('password', true) };
}

async function ask(what: string, hidden: boolean): Promise<string> {
  stdout.write(`${what[0]?.toUpperCase()}${what.slice(1)}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: stdin, output: hidden ? silent : stdout, terminal: true });
  const answer = await terminal.question('');
  terminal.close();
  if (hidden) stdout.write('\n');
  return answer;
}

async function create(url: string, answers: Answers): Promise<number> {
  // Only now: these read the generated client.
  const { openHouse } = await import('../../house.ts');
  const { Administrator, createAdmin } = await import('./first-admin.ts');
  const parsed = Administrator.safeParse(answers);
  if (!parsed.success) {
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${inWords(message)}`).join('\n'),
    );
  }
  const log = createLog({ level: 'silent', pretty: false });
  const house = await openHouse({ ...config(), DATABASE_URL: url }, log, { works: false });
  try {
    return (await createAdmin(house.ctx({ locale: 'en' }), parsed.data)).id;
  } finally {
    await house.close();
  }
}

const t = translator('en');
const inWords = (message: string): string => (/^[a-z]+:/.test(message) ? t(message) : message);

function explain(error: unknown): string {
  if (error instanceof InvalidInput) {
    const sentences = [...Object.entries(error.fields), ...(error.sentence ? [['', error.sentence] as const] : [])];
    return sentences.map(([field, { key, params }]) => `${field ? `${field}: ` : ''}${t(key, params)}`).join('\n');
  }
  return error instanceof Error ? error.message : String(error);
}

await main().catch((error) => {
  console.error(explain(error));
  process.exitCode = 1;
});
// The queue's timers and the database's guardian would keep a finished command waiting.
process.exit();
