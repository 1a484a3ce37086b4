import { openDoor } from './open.routes.ts';
import { preferences } from './preferences.routes.ts';

/** Every router of the room, for the map. */
export const routers = [openDoor, preferences];
