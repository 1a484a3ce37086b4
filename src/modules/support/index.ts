export { type Answer, answer } from './answer.ts';
export type { Posted, Writing } from './post.ts';
export { markRead, markUnread } from './reading.ts';
export { type Thread, threadOf } from './threads.ts';
export { unreadForPerson, unreadForStaff } from './unread.ts';
export { writeMessage } from './write.ts';
