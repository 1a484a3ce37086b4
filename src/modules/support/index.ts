export { personBadge, staffBadge } from './unread.ts';
export { writeMessage } from './write.ts';
