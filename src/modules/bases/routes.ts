import { admin } from './admin.routes.ts';
import { adminContacts } from './admin-contacts.routes.ts';
import { adminLimits } from './admin-limits.routes.ts';
import { adminSuppressions } from './admin-suppressions.routes.ts';
import { cabinet } from './cabinet.routes.ts';
import { cabinetContacts } from './cabinet-contacts.routes.ts';

/** Every router of the room, for the map. */
export const routers = [cabinet, cabinetContacts, admin, adminContacts, adminLimits, adminSuppressions];
