import { z } from 'zod';

export const Login = z.object({
  login: z.string().trim().min(1).max(200),
  password: z.string().min(1).max(200),
  next: z.string().max(2000).optional(),
});
