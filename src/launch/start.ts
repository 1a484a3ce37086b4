import { buildCss } from './css.ts';
import { prepare } from './prepare.ts';
import { stopOnSignal } from './signals.ts';
import { welcome } from './welcome.ts';

const closing: (() => Promise<void>)[] = [];
const closeAll = async () => {
  for (const close of closing.splice(0).reverse()) await close();
};

async function start(): Promise<void> {
  const { logins, stopDatabase } = await prepare(buildCss);
  closing.push(stopDatabase);

  // Only now: these read the configuration and the generated client.
  const { config } = await import('../config.ts');
  const { createLog } = await import('../web/log.ts');
  const { startServer } = await import('../server.ts');
  const log = createLog({ level: config().LOG_LEVEL, pretty: config().NODE_ENV === 'development' });
  const server = await startServer(config(), log);
  closing.push(server.close);
  console.log(welcome(server.url, logins));
}

stopOnSignal(closeAll);
await start().catch(async (error) => {
  console.error(error);
  await closeAll();
  process.exit(1);
});
