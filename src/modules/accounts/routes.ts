import { account } from './account.routes.ts';
import { cabinet } from './cabinet.routes.ts';
import { card } from './card.routes.ts';
import { mailedLinks } from './mailed-links.routes.ts';
import { openDoor } from './open.routes.ts';
import { preferences } from './preferences.routes.ts';
import { registration } from './registration.routes.ts';
import { users } from './users.routes.ts';

/** Every router of the room, for the map. */
export const routers = [openDoor, registration, mailedLinks, account, preferences, cabinet, users, card];
