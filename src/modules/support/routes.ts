import { admin } from './admin.routes.ts';
import { boardRoutes } from './board.routes.ts';
import { cabinet } from './cabinet.routes.ts';
import { canned } from './canned.routes.ts';
import { ownChanges, staffChanges } from './changing.routes.ts';
import { inboxRoutes } from './inbox.routes.ts';
import { numbers } from './numbers.routes.ts';
import { panelRoutes } from './panel.routes.ts';
import { support } from './support.routes.ts';

/** Every router of the room, for the map. */
export const routers = [
  cabinet,
  inboxRoutes,
  boardRoutes,
  canned,
  support,
  panelRoutes,
  ownChanges,
  staffChanges,
  admin,
  numbers,
];
