import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Request, RequestHandler } from 'express';
import multer from 'multer';
import { InvalidInput, TooLarge } from '../errors.ts';
import { withoutNuls } from './junk.ts';
import { ctxOf } from './request.ts';

/** How many files of what size a form may bring, and in which fields. `house`: as large as the house takes any. */
export type UploadRule = { fields: string[]; maxFiles: number; maxMegabytes: number | 'house' };

const folder = join(tmpdir(), 'lead-cabinet-uploads');

/** Receives a multipart form onto disk. Stands after the permission: a stranger's bytes are never written. */
export function receive(rule: UploadRule): RequestHandler {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return (req, res, next) => {
    const megabytes = rule.maxMegabytes === 'house' ? ctxOf(req).uploadMaxMb : rule.maxMegabytes;
    formOf(rule, megabytes)(req, res, (error: unknown) => {
      remember(req);
      req.body = withoutNuls(req.body);
      res.once('close', () => void discard(req));
      next(error ? refusal(error, rule, megabytes) : undefined);
    });
  };
}

function formOf(rule: UploadRule, megabytes: number): RequestHandler {
  return multer({
    storage: multer.diskStorage({ destination: folder, filename: (_req, _file, done) => done(null, randomUUID()) }),
    defParamCharset: 'utf8',
    limits: {
      files: rule.maxFiles,
      fileSize: megabytes * 1024 * 1024,
      fields: 200,
      fieldSize: 256 * 1024,
      fieldNameSize: 100,
      parts: 200 + rule.maxFiles,
      headerPairs: 50,
    },
    fileFilter: (_req, file, done) => done(null, rule.fields.includes(file.fieldname)),
  }).any();
}

function remember(req: Request): void {
  const files = Array.isArray(req.files) ? req.files : [];
  req.uploads = files
    .filter((file) => file.size > 0 || file.originalname !== '')
    .map((file) => ({ path: file.path, originalName: nameOf(file), size: file.size, field: file.fieldname }));
}

// A name is kept and shown: no control characters, no broken letters, and no longer than a disk would take.
const nameOf = ({ originalname }: Express.Multer.File): string =>
  originalname
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .slice(0, 255)
    .toWellFormed();

// What a verb kept has been moved away by now; the rest goes.
async function discard(req: Request): Promise<void> {
  await Promise.all((req.uploads ?? []).map((upload) => rm(upload.path, { force: true })));
}

function refusal(error: unknown, rule: UploadRule, megabytes: number): unknown {
  if (!(error instanceof multer.MulterError)) return isOurs(error) ? error : unreadable();
  if (error.code === 'LIMIT_FILE_SIZE') return new TooLarge(megabytes);
  if (error.code === 'LIMIT_FILE_COUNT') {
    return new InvalidInput({
      [rule.fields[0] ?? 'file']: { key: 'validation:tooManyFiles', params: { count: rule.maxFiles } },
    });
  }
  return unreadable();
}

const unreadable = (): InvalidInput => new InvalidInput({}, { key: 'validation:invalid' });

// A full disk is our fault and has a code; what the parser says of a form that breaks off has none.
const isOurs = (error: unknown): boolean => !(error instanceof Error) || 'code' in error;
