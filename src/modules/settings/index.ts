export { getSetting, setSetting } from './settings.ts';
