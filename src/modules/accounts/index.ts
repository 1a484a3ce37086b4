export { findSignedIn, getActor } from './actors.ts';
export { hashPassword } from './passwords.ts';
export { waitingBadge, waitingCount } from './people.ts';
