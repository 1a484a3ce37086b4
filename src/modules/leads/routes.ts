import { cabinet } from './cabinet.routes.ts';
import { cabinetReport } from './cabinet-report.routes.ts';

/** Every router of the room, for the map. */
export const routers = [cabinetReport, cabinet];
