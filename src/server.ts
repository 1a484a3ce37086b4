import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import { type Config, config as readEnvironment } from './config.ts';
import { type House, openHouse } from './house.ts';
import { loadEnvironment } from './launch/environment.ts';
import { createLog } from './web/log.ts';
import { createViews } from './web/nunjucks.ts';
import { startWorking } from './worker.ts';

export type Running = { url: string; close(): Promise<void> };

/** Starts the web process, and the worker in it unless PROCESS says otherwise. The database must be migrated. */
export async function startServer(config: Config, log: Logger): Promise<Running> {
  const works = config.PROCESS === 'all';
  const house = await openHouse(config, log, { works });
  try {
    const { sessionSecret, database, services, checks } = house;
    const views = createViews({ watch: config.NODE_ENV === 'development' });
    const app = createApp({ config, database, services, views, log, sessionSecret, checks });
    const server = createServer(
      // Express parses no faster than a slow client sends: the defaults would let one hold a socket for half a minute.
      { connectionsCheckingInterval: 1_000, headersTimeout: 8_000, keepAliveTimeout: 5_000, requestTimeout: 300_000 },
      app,
    );
    const port = await listen(server, config);
    if (works) await startWorking(house);
    return { url: `http://localhost:${port}`, close: () => shutDown(server, house) };
  } catch (error) {
    await house.close();
    throw error;
  }
}

/** PORT as it is; without it 3000 or the next free port. */
async function listen(server: Server, { PORT, HOST }: Config): Promise<number> {
  for (let port = PORT ?? 3000; ; port += 1) {
    const taken = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      server.once('error', resolve);
      server.listen(port, HOST, () => {
        server.off('error', resolve);
        resolve(null);
      });
    });
    if (!taken) return (server.address() as AddressInfo).port;
    if (taken.code !== 'EADDRINUSE' || PORT !== undefined || port >= 3100) throw taken;
  }
}

/** Stops accepting, lets requests and jobs finish within the grace, closes. */
async function shutDown(server: Server, house: House): Promise<void> {
  const stopped = new Promise((resolve) => server.close(resolve));
  // Open event streams would otherwise hold the server until it is forced.
  await house.services.live.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), house.config.SHUTDOWN_SECONDS * 1000);
  await stopped;
  clearTimeout(force);
  await house.close();
}

if (import.meta.main) {
  loadEnvironment();
  const config = readEnvironment();
  const log = createLog({ level: config.LOG_LEVEL, pretty: config.NODE_ENV === 'development' });
  const running = await startServer(config, log);
  log.info({ url: running.url }, 'listening');
  const stop = async (): Promise<void> => {
    await running.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}
