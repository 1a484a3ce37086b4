import type { Request, Response } from 'express';

export type ServerEvent = { name: string; data: object; id?: number };
export type Stream = { send(event: ServerEvent): void; close(): void; closed: AbortSignal };

type Options = {
  /** The process is stopping. */
  closing: AbortSignal;
  heartbeatSeconds: number;
  /** Asked at every heartbeat; a no ends the stream. */
  stillWelcome(): Promise<boolean>;
};

// What a reader may leave unread before we hang up: he comes back and catches up.
const patience = 256 * 1024;

/** Answers with a stream of server-sent events. It ends with the reader, his session, or the process. */
export function openStream(req: Request, res: Response, { closing, heartbeatSeconds, stillWelcome }: Options): Stream {
  const ended = new AbortController();
  const close = (): void => {
    if (ended.signal.aborted) return;
    clearInterval(heart);
    closing.removeEventListener('abort', close);
    ended.abort();
    res.end();
  };
  const write = (text: string): void => {
    if (ended.signal.aborted) return;
    if (res.writableLength > patience) close();
    else res.write(text);
  };
  const beat = async (): Promise<void> => {
    if (await stillWelcome().catch(() => false)) write(': \n\n');
    else close();
  };
  const heart = setInterval(beat, heartbeatSeconds * 1000);

  // Not res.set(): Express would add a charset.
  res.setHeader('Content-Type', 'text/event-stream');
  res.setHeader('Cache-Control', 'no-store, no-transform');
  res.setHeader('Connection', 'close');
  res.setHeader('X-Accel-Buffering', 'no');
  res.on('close', close);
  req.socket.setNoDelay(true);
  closing.addEventListener('abort', close);
  write('retry: 3000\n\n');
  if (closing.aborted) close();
  const stream = { send: (event: ServerEvent) => write(format(event)), close, closed: ended.signal };
  for (const join of joiningOf(req)) join(req, stream);
  return stream;
}

/** Says more on every stream of the house, whatever page opened it: a browser should hold one open, not one for each room. */
export type Joining = (req: Request, stream: Stream) => void;
const joiningOf = (req: Request): Joining[] => req.app.locals.house.joinStreams as Joining[];

/** Runs `work` for every call, but calls that come while it runs share one run after it. A failure ends the stream. */
export function inTurn(work: () => Promise<void>, stream: Stream): () => void {
  let running = false;
  let wanted = false;
  const run = async (): Promise<void> => {
    running = true;
    while (wanted && !stream.closed.aborted) {
      wanted = false;
      await work().catch(() => stream.close());
    }
    running = false;
  };
  return () => {
    wanted = true;
    if (!running) void run();
  };
}

/** The last event that this reader has, as his browser says when it comes back; on a first visit what the page says. */
export function lastEventId(req: Request): number | undefined {
  const said = Number(req.get('last-event-id') ?? req.query.after);
  return Number.isSafeInteger(said) && said >= 0 ? said : undefined;
}

/** For how many milliseconds the page has heard nothing, as it says; its clock need not be ours. */
export function deafFor(req: Request): number {
  const said = Number(req.query.age);
  return said > 0 ? said : 0;
}

const format = ({ name, data, id }: ServerEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
