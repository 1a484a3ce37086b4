import { z } from 'zod';
import { Checkbox } from '../../lib/fields.ts';

/** The whole form of settings: a switch that is not ticked is off; a number that is not sent stays as it is. */
export const SettingsForm = z.object({
  'leads.attachment-required': Checkbox,
  'accounts.registration-open': Checkbox,
  'audit.months': z.coerce.number().int().min(1).max(120).optional(),
});
