export { type Event, notify, notifyAll, settle, settleAll } from './notify.ts';
export { whoWants } from './people.ts';
export { bellCount } from './queries.ts';
export type { EventName } from './types.ts';
