import type { Row } from './row.ts';

/** Remembers who is still reading, so that closing a table frees its file even when somebody stopped without saying so. */
export interface Running {
  track(rows: AsyncGenerator<Row[]>): AsyncGenerator<Row[]>;
  stop(): Promise<void>;
}

export function createRunning(): Running {
  const running: AsyncGenerator<Row[]>[] = [];
  return {
    track(rows) {
      running.push(rows);
      return rows;
    },
    async stop() {
      await Promise.all(running.splice(0).map((rows) => rows.return(undefined)));
    },
  };
}
