import { config as readEnvironment } from './config.ts';
import { type House, openHouse } from './house.ts';
import { loadEnvironment } from './launch/environment.ts';
import { CHECK_JOB } from './modules/telegram/index.ts';
import { createLog } from './web/log.ts';

/** Begins to take jobs; `house.close()` ends it. */
export async function startWorking(house: House): Promise<void> {
  await house.queue.work(() => house.ctx());
  if (house.services.telegram.on) await house.services.jobs.enqueue(house.ctx(), CHECK_JOB, {});
  house.polling?.start();
  house.log.info('working');
}

if (import.meta.main) {
  loadEnvironment();
  const config = readEnvironment();
  const log = createLog({ level: config.LOG_LEVEL, pretty: config.NODE_ENV === 'development' });
  const house = await openHouse(config, log, { works: true });
  await startWorking(house);
  const stop = async (): Promise<void> => {
    await house.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}
