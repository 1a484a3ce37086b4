import { z } from 'zod';
import { Checkbox, Id, listOf, optionalText } from '../../lib/fields.ts';

export const Login = z.object({
  login: z.string().trim().min(1).max(200),
  password: z.string().min(1).max(200),
  next: z.string().max(2000).optional(),
});

/** Letters and digits of any script, and `. _ -`: nothing that could be taken for an address or for markup. */
export const UserName = z
  .string()
  .trim()
  .min(3)
  .max(32)
  .normalize('NFC')
  .regex(/^[\p{L}\p{M}\p{N}._-]+$/u, 'accounts:errors.nameLetters');

export const Email = z.string().trim().toLowerCase().min(1).max(200).pipe(z.email());
export const NewPassword = z.string().min(10).max(200);
const OldPassword = z.string().min(1).max(200);

export const Registration = z.object({
  name: UserName,
  email: Email,
  password: NewPassword,
  personalData: Checkbox.refine(Boolean, 'accounts:errors.personalData'),
  mailing: Checkbox,
});

export const Address = z.object({ email: Email });
export const Token = z.object({ token: z.string().max(100).catch('') });
export const NewPasswordByLink = z.object({ token: z.string().max(100), newPassword: NewPassword });
export const PasswordChange = z.object({ currentPassword: OldPassword, newPassword: NewPassword });
export const EmailChange = z.object({ email: Email, emailPassword: OldPassword });
export const Mailing = z.object({ mailing: Checkbox });

/** Those ticked in a list, or, with `all`, everybody whom the list's filter finds; `back` is the list's address. */
export const Selection = z.object({
  ids: listOf(Id),
  all: Checkbox,
  back: z.string().max(2000).optional(),
});

export const BanForm = z.object({ reason: z.string().trim().min(1).max(500), returnContacts: Checkbox });
export const LiftingForm = z.object({
  to: z.enum(['approved', 'pending']),
  reason: optionalText(500),
});
export const RoleForm = z.object({ role: z.enum(['user', 'support', 'admin']) });
