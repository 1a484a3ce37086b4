import { z } from 'zod';
import { Checkbox } from '../../lib/fields.ts';
import { type SettingKey, settings } from './settings.ts';

const keys = Object.keys(settings) as SettingKey[];

/** The whole form of switches: what is not ticked is off. */
export const SettingsForm = z.object(
  Object.fromEntries(keys.map((key) => [key, Checkbox])) as Record<SettingKey, typeof Checkbox>,
);
