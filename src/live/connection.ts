import pg from 'pg';

type Options = {
  url: string;
  channel: string;
  onPayload(payload: string): void;
  /** Listening begins, or begins anew after a loss: what was said in between is gone. */
  onListening(): void;
  onError(error: Error): void;
};

const pulseEvery = 30_000;

/**
 * Keeps one connection of its own on LISTEN. A pooled one would be handed to somebody else, and a lost one comes back by
 * itself with a growing delay. The pulse finds a cut network, of which TCP says nothing.
 */
export function keepListening({ url, channel, onPayload, onListening, onError }: Options) {
  let client: pg.Client | undefined;
  let losses = 0;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const mine = makeClient(url);
    client = mine;
    let pulse: NodeJS.Timeout | undefined;
    const lose = (error?: Error): void => {
      clearInterval(pulse);
      if (client !== mine) return;
      client = undefined;
      mine.end().catch(() => undefined);
      if (stopped) return;
      if (error) onError(error);
      retry = setTimeout(connect, delayAfter(losses)).unref();
      losses += 1;
    };
    mine.on('error', lose).on('end', () => lose());
    mine.on('notification', ({ payload }) => onPayload(payload ?? ''));
    try {
      await mine.connect();
      await mine.query(`LISTEN ${channel}`);
    } catch (error) {
      return lose(error instanceof Error ? error : new Error(String(error)));
    }
    losses = 0;
    pulse = setInterval(() => mine.query('SELECT 1').catch(lose), pulseEvery).unref();
    onListening();
  };
  void connect();

  return {
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(retry);
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}

const makeClient = (url: string): pg.Client =>
  new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
    keepAlive: true,
    application_name: 'lead-cabinet live',
  });

// 0.25 s, 0.5 s, 1 s … 15 s, with some chance in it so that instances do not all come back at once.
const delayAfter = (losses: number): number => Math.min(250 * 2 ** losses, 15_000) * (0.75 + Math.random() / 2);
