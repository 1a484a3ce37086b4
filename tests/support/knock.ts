import { request } from 'node:http';
import { password } from '../factories/users.ts';

export type Answer = { status: number; location: string; type: string; cookies: string[] };
type Knock = { cookie?: string; headers?: Record<string, string>; form?: Record<string, string> };

/** Asks and hangs up after the headers: for answers that never end, such as a stream of events, and for many answers. */
export function knock(house: string, method: 'get' | 'post', path: string, knock: Knock = {}): Promise<Answer> {
  const { cookie, form, headers = { 'sec-fetch-site': 'same-origin' } } = knock;
  const body = method === 'post' ? new URLSearchParams(form).toString() : undefined;
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, house), {
      method: method.toUpperCase(),
      agent: false,
      headers: {
        accept: 'text/html',
        ...(cookie ? { cookie } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
    });
    asked.once('error', reject);
    asked.once('response', (response) => {
      resolve({
        status: response.statusCode ?? 0,
        location: response.headers.location ?? '',
        type: response.headers['content-type'] ?? '',
        cookies: response.headers['set-cookie'] ?? [],
      });
      response.destroy();
    });
    asked.end(body);
  });
}

/** Logs in through the form and returns the session's cookie. */
export async function signIn(house: { url: string }, login: string, secret = password): Promise<string> {
  const answer = await knock(house.url, 'post', '/login', { form: { login, password: secret } });
  const cookie = answer.cookies.find((one) => one.startsWith('sid='))?.split(';')[0];
  if (answer.status !== 303 || !cookie) throw new Error(`${login} could not log in: ${answer.status}`);
  return cookie;
}
