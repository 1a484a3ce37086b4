import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import compression from 'compression';
import express from 'express';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openHouse } from '../../src/house.ts';
import { createLog } from '../../src/web/log.ts';
import { createViews, type Views } from '../../src/web/nunjucks.ts';
import { ask } from '../rig/http.ts';
import type { Visit } from './load.ts';

/**
 * The limit of a page: a bare Express route that renders the same template with the same data, ready in memory. The data are caught by
 * asking the real application for each page once. Runs as a process of its own; PAGES says which page is which.
 */
async function serveBare(): Promise<void> {
  const config = readConfig(process.env);
  const views = createViews({ watch: false });
  const caught = await catchPages(config, views, JSON.parse(process.env.PAGES ?? '{}'));
  const bare = express();
  bare.get('/healthz', (_req, res) => void res.send('ok'));
  bare.use(compression());
  bare.get('/:name', (req, res) => {
    const page = caught.get(req.params.name);
    if (!page) return void res.status(404).end();
    res.type('html').send(views.render(page.template, page.locals));
  });
  bare.listen(config.PORT ?? 0, '127.0.0.1');
}

type Rendered = { template: string; locals: Record<string, unknown> };

async function catchPages(
  config: ReturnType<typeof readConfig>,
  views: Views,
  visits: Record<string, Visit>,
): Promise<Map<string, Rendered>> {
  const log = createLog({ level: 'silent', pretty: false });
  const house = await openHouse(config, log, { works: false });
  let last: Rendered | undefined;
  const catching: Views = {
    ...views,
    render(template, locals) {
      last = { template, locals };
      return views.render(template, locals);
    },
    renderPage(template, locals) {
      last = { template, locals };
      return views.renderPage(template, locals);
    },
  };
  const { database, services, sessionSecret, checks } = house;
  const server = createServer(
    createApp({ config, database, services, views: catching, log, sessionSecret, checks }),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const caught = new Map<string, Rendered>();
  for (const [name, { path, cookie }] of Object.entries(visits)) {
    const { status } = await ask(url, { path, cookie });
    if (status !== 200 || !last) throw new Error(`${path} answers ${status}`);
    caught.set(name, last);
  }
  server.closeAllConnections();
  server.close();
  await house.close();
  return caught;
}

await serveBare();
