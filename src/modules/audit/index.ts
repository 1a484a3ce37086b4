export { type Act, record } from './audit.ts';
