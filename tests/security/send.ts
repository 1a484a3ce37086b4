import { request } from 'node:http';

export type Sent = { status: number; location: string; headers: Record<string, string | string[] | undefined> };
type Parts = { cookie?: string | undefined; body?: Buffer | string; type?: string; headers?: Record<string, string> };

/** Sends exactly these bytes, as no browser would, and hangs up after the answer's headers. */
export function send(house: string, method: 'GET' | 'POST', path: string, parts: Parts = {}): Promise<Sent> {
  const { cookie, body, type = 'application/x-www-form-urlencoded', headers } = parts;
  const url = new URL(house);
  return new Promise((resolve, reject) => {
    const asked = request({
      host: url.hostname,
      port: url.port,
      path,
      method,
      agent: false,
      headers: {
        accept: 'text/html',
        'sec-fetch-site': 'same-origin',
        ...(cookie ? { cookie } : {}),
        ...(body === undefined ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    });
    asked.once('error', reject);
    asked.once('response', (response) => {
      const { statusCode = 0, headers } = response;
      resolve({ status: statusCode, location: headers.location ?? '', headers });
      response.destroy();
    });
    asked.end(body);
  });
}
