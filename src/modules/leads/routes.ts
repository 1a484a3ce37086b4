import { admin } from './admin.routes.ts';
import { cabinet } from './cabinet.routes.ts';
import { cabinetReport } from './cabinet-report.routes.ts';
import { exports } from './export.routes.ts';
import { queue } from './queue.routes.ts';
import { stats } from './stats.routes.ts';
import { types } from './types.routes.ts';

/** Every router of the room, for the map; `/leads/new`, `/leads/queue` and `/leads/stats` stand before `/leads/:id`. */
export const routers = [cabinetReport, cabinet, queue, stats, exports, admin, types];
