import { Agent, request } from 'node:http';

export type Ask = {
  path: string;
  /** A list is a field that repeats. */
  form?: Record<string, string | number | number[]> | undefined;
  cookie?: string | undefined;
  /** Every client comes from an address of its own, as behind a proxy. */
  from?: string | undefined;
  timeout?: number | undefined;
  /** Hangs up as soon as the request is out: the act may happen, its answer is lost. */
  hangUp?: boolean | undefined;
};
export type Reply = { status: number; location: string; cookie: string; text: string };

const connections = new Agent({ keepAlive: true, maxSockets: 256 });

/** One HTTP request as a browser would send it. Rejects when no whole answer came. */
export function ask(base: string, { path, form, cookie, from, timeout = 30_000, hangUp = false }: Ask): Promise<Reply> {
  const content = form && encode(form);
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, base), {
      agent: connections,
      method: content === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'text/html,*/*;q=0.5',
        'sec-fetch-site': 'same-origin',
        ...(content === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(cookie ? { cookie } : {}),
        ...(from ? { 'x-forwarded-for': from } : {}),
      },
    });
    sent.setTimeout(timeout, () => sent.destroy(new Error('timeout')));
    sent.once('error', reject);
    sent.once('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
      });
      answer.once('error', reject);
      answer.once('end', () => {
        if (!answer.complete) return reject(new Error('cut short'));
        const set = answer.headers['set-cookie']?.map((one) => one.split(';')[0]).join('; ') ?? '';
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '', cookie: set, text });
      });
    });
    sent.end(content, () => {
      if (hangUp) setImmediate(() => sent.destroy(new Error('hung up')));
    });
  });
}

function encode(form: Record<string, string | number | number[]>): string {
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  return new URLSearchParams(pairs).toString();
}
