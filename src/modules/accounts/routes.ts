import { openDoor } from './open.routes.ts';

/** Every router of the room, for the map. */
export const routers = [openDoor];
