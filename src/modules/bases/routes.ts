import { cabinet } from './cabinet.routes.ts';
import { cabinetContacts } from './cabinet-contacts.routes.ts';

/** Every router of the room, for the map. */
export const routers = [cabinet, cabinetContacts];
