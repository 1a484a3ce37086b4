import { Router } from 'express';

export type Check = { name: string; ok(): Promise<boolean> };

/** `/healthz`: the process answers. `/readyz`: it can do its work; 503 with the names of what cannot. */
export function health(checks: Check[]): Router {
  return Router()
    .get('/healthz', (_req, res) => {
      res.json({ status: 'ok' });
    })
    .get('/readyz', async (_req, res) => {
      const results = await Promise.all(
        checks.map(async ({ name, ok }) => [name, await ok().catch(() => false)] as const),
      );
      const ready = results.every(([, fine]) => fine);
      res
        .status(ready ? 200 : 503)
        .json({ status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(results) });
    });
}
