import type { Router } from 'express';
import * as accounts from './modules/accounts/routes.ts';
import * as audit from './modules/audit/admin.routes.ts';
import * as bases from './modules/bases/routes.ts';
import { devRoutes } from './modules/dev/dev.routes.ts';
import * as imports from './modules/imports/admin.routes.ts';
import * as jobs from './modules/jobs/admin.routes.ts';
import * as leads from './modules/leads/routes.ts';
import * as notifications from './modules/notifications/routes.ts';
import * as overview from './modules/overview/admin.routes.ts';
import * as settings from './modules/settings/admin.routes.ts';
import * as support from './modules/support/routes.ts';
import * as telegram from './modules/telegram/routes.ts';
import type { PageRouter, RouteSpec } from './web/page.ts';

/** The map of the house: every module's routers. A new room adds one line. */
const rooms: PageRouter[] = [
  ...accounts.routers,
  overview.admin,
  audit.admin,
  settings.admin,
  jobs.admin,
  ...bases.routers,
  imports.admin,
  ...support.routers,
  ...leads.routers,
  ...notifications.routers,
  ...telegram.routers,
];

/** What the app mounts; the rooms under /dev exist outside production only. */
export function routes({ dev, outbox }: { dev: boolean; outbox: string }): { prefix: string; router: Router }[] {
  const all = dev ? [...rooms, devRoutes(outbox)] : rooms;
  return all.map(({ door, router }) => ({ prefix: door.prefix, router }));
}

/** Every route with what it takes to come in; a test walks them. */
export const routeSpecs = (): RouteSpec[] => rooms.flatMap(({ specs }) => specs);
