export { findSignedIn, getActor } from './actors.ts';
export { hashPassword } from './passwords.ts';
export { waitingCount } from './people.ts';
