import { type ClientRequest, type IncomingMessage, request } from 'node:http';

type Heard = (name: string, data: Record<string, number>) => void;
/** An open stream of events, as a page of the house holds it. */
export type OpenStream = { isOpen(): boolean; heard(): number; close(): void };

/** Opens a stream; resolves when the first event has come. */
export function openStream(url: string, path: string, cookie: string, listen: Heard): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    let open = true;
    let heard = 0;
    let rest = '';
    const headers = { accept: 'text/event-stream', 'sec-fetch-site': 'same-origin', cookie };
    const sent: ClientRequest = request(new URL(path, url), { agent: false, headers });
    const end = (): void => {
      open = false;
    };
    const read = (piece: string): void => {
      const events = (rest + piece).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const name = /^event: (.+)$/m.exec(event)?.[1];
        if (name === undefined) continue;
        heard += 1;
        listen(name, JSON.parse(/^data: (.+)$/m.exec(event)?.[1] ?? '{}'));
        resolve({ isOpen: () => open, heard: () => heard, close: () => sent.destroy() });
      }
    };
    sent.once('response', (answer: IncomingMessage) => {
      if (answer.statusCode !== 200) return reject(new Error(`${path} answers ${answer.statusCode}`));
      answer.setEncoding('utf8').on('data', read).once('close', end).once('error', end);
    });
    sent.once('error', reject);
    sent.end();
  });
}
