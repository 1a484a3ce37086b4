import { account } from './account.routes.ts';
import { admin } from './admin.routes.ts';

/** Every router of the room, for the map. */
export const routers = [account, admin];
