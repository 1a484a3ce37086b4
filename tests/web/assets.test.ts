import express from 'express';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { assetsFor, assetsMiddleware } from '../../src/web/assets.ts';
import { iconSvg } from '../../src/web/icons.ts';

const app = express().use('/assets', assetsMiddleware({ watch: false }));
const { url } = assetsFor({ watch: false });

describe('an asset', () => {
  test('under its current address is kept for ever, compressed', async () => {
    const response = await request(app).get(url('js/app.js')).set('Accept-Encoding', 'br, gzip');
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
    });
  });

  test('under an old address still comes, but is asked for again next time', async () => {
    const response = await request(app).get('/assets/000000000000/js/app.js').set('Accept-Encoding', 'identity');
    expect(response.status).toBe(200);
    expect(response.headers['cache-control']).toBe('no-cache');
    expect(response.headers['content-encoding']).toBeUndefined();
  });

  test('of another package is served only when it is on the list', async () => {
    expect((await request(app).get(url('vendor/htmx.js'))).status).toBe(200);
    expect((await request(app).get(url('fonts/inter-cyrillic.woff2'))).headers['content-type']).toBe('font/woff2');
    expect((await request(app).get(url('vendor/express.js'))).status).toBe(404);
  });

  test.each(['../package.json', '..%2Fpackage.json', '%2e%2e/package.json', 'js/../../package.json', '.gitignore'])(
    'is never a file outside public: %s',
    async (name) => {
      expect((await request(app).get(`/assets/000000000000/${name}`)).status).toBe(404);
    },
  );

  test('of icons is one sprite, which holds whatever a page refers to', async () => {
    const sprite = await request(app).get(url('icons.svg')).set('Accept-Encoding', 'identity');
    expect(sprite.headers['content-type']).toBe('image/svg+xml');
    const { body } = await request(app).get(url('icons.svg'));
    const [, name = ''] = /#([a-z-]+)"/.exec(String(iconSvg(url('icons.svg'), 'house'))) ?? [];
    expect(String(body)).toContain(`<symbol id="${name}" viewBox="0 0 24 24"><path`);
  });

  test('cannot be written', async () => {
    expect((await request(app).post(url('js/app.js'))).status).toBe(404);
  });
});
