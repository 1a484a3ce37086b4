export { unreadForPerson, unreadForStaff } from './unread.ts';
export { writeMessage } from './write.ts';
