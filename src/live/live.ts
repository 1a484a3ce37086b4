import { setMaxListeners } from 'node:events';
import { keepListening } from './connection.ts';
import { channel, type News } from './publish.ts';
import { keepRecent } from './recent.ts';

/** `again`: listening began or began anew, so look for yourself what happened. */
export type Told = News | 'again';
export type Listener = (told: Told) => void;

/** What pages that stay open hear of. One a process; every process hears what any of them publishes. */
export type Live = {
  /**
   * Hears of news on any of these topics until the returned function is called. `age`: for how many milliseconds the
   * listener has heard nothing already; what was said in them is told at once, or `again` if that is not known any more.
   */
  subscribe(topics: string[], listener: Listener, age?: number): () => void;
  /** Aborted when the process stops: open streams end then, or the server would never finish closing. */
  closing: AbortSignal;
  heartbeatSeconds: number;
  close(): Promise<void>;
};

type Options = { url: string; heartbeatSeconds: number; onError(error: Error): void };

/** Makes the hub. It connects when the first page listens, so a process without pages holds no connection for it. */
export function createLive({ url, heartbeatSeconds, onError }: Options): Live {
  const listeners = new Map<Listener, ReadonlySet<string>>();
  const recent = keepRecent();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  let connection: ReturnType<typeof keepListening> | undefined;

  const onPayload = (payload: string): void => {
    const news = parse(payload);
    if (!news) return;
    recent.add(news);
    for (const [listener, topics] of listeners) if (concerns(news, topics)) listener(news);
  };
  const onListening = (): void => {
    recent.begin();
    for (const listener of listeners.keys()) listener('again');
  };

  return {
    subscribe(topics, listener, age = 0) {
      const mine = new Set(topics);
      listeners.set(listener, mine);
      const missed = recent.since(age);
      if (!missed) listener('again');
      for (const news of missed ?? []) if (concerns(news, mine)) listener(news);
      if (!closing.signal.aborted) connection ??= keepListening({ url, channel, onPayload, onListening, onError });
      return () => listeners.delete(listener);
    },
    closing: closing.signal,
    heartbeatSeconds,
    async close() {
      closing.abort();
      await connection?.stop();
    },
  };
}

const concerns = (news: News, topics: ReadonlySet<string>): boolean => news.topics.some((topic) => topics.has(topic));

// Anybody with the database's password may notify; what does not parse is not ours.
function parse(payload: string): News | null {
  try {
    const news = JSON.parse(payload) as News;
    return Array.isArray(news.topics) ? news : null;
  } catch {
    return null;
  }
}
