import { z } from 'zod';
import { type SettingKey, settings } from './settings.ts';

const Switch = z
  .string()
  .optional()
  .transform((value) => value !== undefined);
const keys = Object.keys(settings) as SettingKey[];

/** The whole form of switches: what is not ticked is off. */
export const SettingsForm = z.object(
  Object.fromEntries(keys.map((key) => [key, Switch])) as Record<SettingKey, typeof Switch>,
);
