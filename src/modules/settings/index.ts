export { getSetting, type SettingKey, setSetting, settings } from './settings.ts';
