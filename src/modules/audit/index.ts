export { noteExport, record } from './audit.ts';
export { showEvent } from './present.ts';
export { type AuditEvent, listEvents } from './queries.ts';
