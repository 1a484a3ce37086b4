import { Router } from 'express';

export type Check = { name: string; ok(): Promise<boolean> };

// A check costs a connection, and anybody may ask.
const freshMs = 1000;

/** `/healthz`: the process answers. `/readyz`: it can do its work; 503 with the names of what cannot. */
export function health(checks: Check[]): Router {
  let asked: { at: number; results: Promise<(readonly [string, boolean])[]> } | undefined;
  const results = () => {
    if (!asked || Date.now() - asked.at > freshMs) asked = { at: Date.now(), results: answersOf(checks) };
    return asked.results;
  };
  return Router()
    .get('/healthz', (_req, res) => {
      res.json({ status: 'ok' });
    })
    .get('/readyz', async (_req, res) => {
      const found = await results();
      const ready = found.every(([, fine]) => fine);
      res.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(found) });
    });
}

const answersOf = (checks: Check[]) =>
  Promise.all(checks.map(async ({ name, ok }) => [name, await ok().catch(() => false)] as const));
