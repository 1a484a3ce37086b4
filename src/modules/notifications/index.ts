export { type Event, notify, notifyAll, settle } from './notify.ts';
export { whoWants } from './people.ts';
export { bellCount } from './queries.ts';
