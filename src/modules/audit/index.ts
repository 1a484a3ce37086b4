export { type Act, noteExport, record } from './audit.ts';
export { showEvent } from './present.ts';
export { listEvents } from './queries.ts';
