import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { RequestHandler } from 'express';
import { iconSprite, SPRITE } from './icons.ts';

type Options = { watch: boolean };
type Stored = { body: Buffer; brotli: Buffer | null; type: string };

const LOOK_EVERY = 200;
const root = path.resolve(import.meta.dirname, '../..');
const font = 'node_modules/@fontsource-variable/inter/files/inter';
const vendored: Record<string, string> = {
  'vendor/htmx.js': 'node_modules/htmx.org/dist/htmx.min.js',
  'vendor/htmx-sse.js': 'node_modules/htmx.org/dist/ext/hx-sse.min.js',
  'fonts/inter-cyrillic.woff2': `${font}-cyrillic-wght-normal.woff2`,
  'fonts/inter-cyrillic-ext.woff2': `${font}-cyrillic-ext-wght-normal.woff2`,
  'fonts/inter-latin.woff2': `${font}-latin-wght-normal.woff2`,
  'fonts/inter-latin-ext.woff2': `${font}-latin-ext-wght-normal.woff2`,
};
const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

const sprite = Buffer.from(iconSprite());

/**
 * Static files under one fingerprint: `/assets/<hash>/css/app.css`. The hash covers every file, so that a stylesheet's
 * relative font URLs and the pages' preloads are the same URL. Only the icons' sprite and the files of `public/` and of the vendored list exist.
 */
export function createAssets({ watch }: Options) {
  let files = listFiles();
  let version = watch ? '' : fingerprint(files, readFileSync);
  const cache = new Map<string, Stored>();

  let looked = 0;
  // A page asks for dozens of addresses: the folder is not read anew for each.
  const refresh = () => {
    if (performance.now() - looked < LOOK_EVERY) return;
    looked = performance.now();
    files = listFiles();
    version = fingerprint(files, (file) => String(statSync(file).mtimeMs));
    cache.clear();
  };
  const load = (name: string): Stored | undefined => {
    const file = files.get(name);
    if (!file && name !== SPRITE) return undefined;
    const stored = cache.get(name) ?? store(name, file ? readFileSync(file) : sprite);
    cache.set(name, stored);
    return stored;
  };

  const url = (name: string): string => {
    if (watch) refresh();
    return `/assets/${version}/${name}`;
  };
  const middleware: RequestHandler = (req, res, next) => {
    const [, hash = '', name = ''] = /^\/([0-9a-f]+)\/(.+)$/.exec(req.path) ?? [];
    if (watch) refresh();
    const stored = req.method === 'GET' || req.method === 'HEAD' ? load(name) : undefined;
    if (!stored) return next();
    const compressed = stored.brotli && /\bbr\b/.test(String(req.headers['accept-encoding']));
    res.set({
      'Content-Type': stored.type,
      'Cache-Control': hash === version ? 'public, max-age=31536000, immutable' : 'no-cache',
      Vary: 'Accept-Encoding',
      ...(compressed && { 'Content-Encoding': 'br' }),
    });
    res.send(compressed ? stored.brotli : stored.body);
  };
  return { url, middleware };
}

/** Serves what `asset()` points at; mount it at `/assets`, before sessions. */
export function assetsMiddleware(options: Options): RequestHandler {
  return assetsFor(options).middleware;
}

/** The one asset table per mode that pages and the middleware share. */
export function assetsFor(options: Options): ReturnType<typeof createAssets> {
  const known = tables.get(options.watch) ?? createAssets(options);
  tables.set(options.watch, known);
  return known;
}

const tables = new Map<boolean, ReturnType<typeof createAssets>>();

function listFiles(): Map<string, string> {
  const folder = path.join(root, 'public');
  const own = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [path.relative(folder, file).replaceAll(path.sep, '/'), file] as const);
  const others = Object.entries(vendored).map(([name, file]) => [name, path.join(root, file)] as const);
  return new Map([...own, ...others].filter(([, file]) => existsSync(file)).sort());
}

function fingerprint(files: Map<string, string>, contentOf: (file: string) => string | Buffer): string {
  const hash = createHash('sha256').update(sprite);
  for (const [name, file] of files) hash.update(name).update(contentOf(file));
  return hash.digest('hex').slice(0, 12);
}

function store(name: string, body: Buffer): Stored {
  const type = types[path.extname(name)] ?? 'application/octet-stream';
  const compressible = /text|svg|manifest/.test(type);
  const brotli = compressible ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }) : null;
  return { body, brotli, type };
}
