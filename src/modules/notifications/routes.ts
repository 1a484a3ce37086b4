import { admin } from './admin.routes.ts';
import { open } from './open.routes.ts';

/** Every router of the room, for the map. */
export const routers = [open, admin];
