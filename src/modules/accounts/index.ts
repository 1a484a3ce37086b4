export { findSignedIn, getActor } from './actors.ts';
export { approveUser, type Ban, banUser } from './decide.ts';
export { hashPassword } from './passwords.ts';
export { waitingBadge, waitingCount } from './people.ts';
export { BanForm } from './schemas.ts';
