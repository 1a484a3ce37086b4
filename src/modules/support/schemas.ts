import { z } from 'zod';

export const maxFiles = 5;
export const maxMegabytes = 30;
const maxLength = 4000;

// Browsers send CRLF, which would count twice; PostgreSQL keeps no NUL.
const normal = (text: string): string => text.replaceAll('\r\n', '\n').replaceAll('\0', '').trim();

export const MessageText = z.string().default('').transform(normal).pipe(z.string().max(maxLength));
