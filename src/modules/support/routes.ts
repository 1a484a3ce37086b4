import { cabinet } from './cabinet.routes.ts';
import { support } from './support.routes.ts';

/** Every router of the room, for the map. */
export const routers = [cabinet, support];
