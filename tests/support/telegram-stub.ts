import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Payload = Record<string, unknown>;
type Uploaded = { field: string; name: string; content: Buffer };
/** What the bot asked for and Telegram did. */
export type Done = Payload & { method: string; message_id: number; file?: Uploaded };
/** What happens to one call instead: a refusal, a page that is no JSON, or the answer lost on its way back, though all was done. */
export type Trouble =
  | { error_code: number; description: string; parameters?: { retry_after: number } }
  | 'not json'
  | 'answer lost';

export const stubToken = '900000:stub-token-of-the-tests';
const longest = 4096;
const largestUpload = 50 * 1024 * 1024;

/** A local stand-in for the Bot API, over HTTP and in its shapes. It can be down, slow, refuse, repeat and mix up the order. */
export async function openTelegramStub() {
  const done: Done[] = [];
  const calls: { method: string; payload: Payload }[] = [];
  const troubles: { method: string; trouble: Trouble; after: number }[] = [];
  const files = new Map<string, Buffer>();
  const updates: { update_id: number }[] = [];
  const slow: { method: string; until: Promise<void> }[] = [];
  let webhook: Payload = { url: '' };
  let lastMessage = 1000;
  let port = 0;

  const server = createServer((req, res) => void handle(req, res).catch(() => res.destroy()));
  const listen = () =>
    new Promise<void>((resolve) =>
      server.listen(port, '127.0.0.1', () => {
        ({ port } = server.address() as AddressInfo);
        resolve();
      }),
    );
  await listen();

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await read(req);
    const path = new URL(req.url ?? '/', 'http://stub').pathname;
    const [, token, rest] = /^\/(?:file\/)?bot([^/]+)\/(.+)$/.exec(path) ?? [];
    if (token !== stubToken || !rest) return refuse(res, { error_code: 401, description: 'Unauthorized' });
    if (path.startsWith('/file/')) return sendFile(res, rest);
    const { payload, file } = parse(req, body);
    calls.push({ method: rest, payload });
    await slow.find(({ method }) => method === rest)?.until;
    const at = troubles.findIndex(({ method }) => method === rest);
    const next = troubles[at];
    if (next) next.after -= 1;
    const trouble = next && next.after < 0 ? troubles.splice(at, 1)[0]?.trouble : undefined;
    if (trouble === 'not json')
      return void res.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
    if (trouble && trouble !== 'answer lost') return refuse(res, trouble);
    const result = perform(rest, payload, file);
    if (trouble === 'answer lost') return void res.destroy();
    if ('error_code' in result) refuse(res, result);
    else answer(res, 200, { ok: true, result: result.result });
  }

  type Result = { result: unknown } | Exclude<Trouble, string>;

  function perform(method: string, payload: Payload, file: Uploaded | undefined): Result {
    if (method === 'getMe')
      return { result: { id: 900000, is_bot: true, first_name: 'Stub', username: 'stub_cabinet_bot' } };
    if (method === 'setWebhook') return keepWebhook(payload);
    if (method === 'deleteWebhook') return keepWebhook({ url: '' });
    if (method === 'getUpdates') return unconfirmed(Number(payload.offset ?? 0));
    if (method === 'answerCallbackQuery') return { result: note(method, payload) && true };
    if (method === 'getFile') return findFile(String(payload.file_id));
    if (method === 'editMessageText') return edit(payload);
    if (method === 'deleteMessage') return remove(payload);
    if (method === 'sendMessage') return tooLong(payload) ?? { result: message(note(method, payload)) };
    if (method === 'sendDocument' || method === 'sendPhoto') {
      if (!file) return { error_code: 400, description: 'Bad Request: there is no file in the request' };
      if (file.content.length > largestUpload) return { error_code: 413, description: 'Request Entity Too Large' };
      return { result: message(note(method, { ...payload, file })) };
    }
    return { error_code: 404, description: 'Not Found' };
  }

  const tooLong = ({ text }: Payload): Exclude<Trouble, string> | null => {
    if (String(text ?? '') === '') return { error_code: 400, description: 'Bad Request: message text is empty' };
    return String(text).length > longest ? { error_code: 400, description: 'Bad Request: message is too long' } : null;
  };

  function note(method: string, payload: Payload): Done {
    lastMessage += 1;
    const one = { ...payload, method, message_id: lastMessage };
    done.push(one);
    return one;
  }

  const message = ({ chat_id, message_id, text }: Done) => ({
    message_id,
    date: Math.floor(Date.now() / 1000),
    chat: { id: Number(chat_id), type: 'private' },
    ...(text === undefined ? {} : { text }),
  });

  function edit(payload: Payload): Result {
    const old = done.find(({ message_id }) => message_id === Number(payload.message_id));
    if (!old) return { error_code: 400, description: 'Bad Request: message to edit not found' };
    if (old.text === undefined)
      return { error_code: 400, description: 'Bad Request: there is no text in the message to edit' };
    if (old.text === payload.text)
      return {
        error_code: 400,
        description: 'Bad Request: message is not modified: specified new message content is the same',
      };
    old.text = payload.text;
    calls.push({ method: 'edited', payload });
    return { result: message(old) };
  }

  function remove(payload: Payload): Result {
    const at = done.findIndex(({ message_id }) => message_id === Number(payload.message_id));
    if (at < 0) return { error_code: 400, description: 'Bad Request: message to delete not found' };
    done.splice(at, 1);
    return { result: true };
  }

  function keepWebhook(payload: Payload): Result {
    webhook = payload;
    return { result: true };
  }

  function unconfirmed(offset: number): Result {
    if (webhook.url)
      return { error_code: 409, description: "Conflict: can't use getUpdates method while webhook is active" };
    while (updates[0] && updates[0].update_id < offset) updates.shift();
    return { result: updates.slice(0, 100) };
  }

  function findFile(id: string): Result {
    const content = files.get(id);
    if (!content) return { error_code: 400, description: 'Bad Request: invalid file_id' };
    if (content.length > 20 * 1024 * 1024) return { error_code: 400, description: 'Bad Request: file is too big' };
    return { result: { file_id: id, file_unique_id: id, file_size: content.length, file_path: `documents/${id}` } };
  }

  function sendFile(res: ServerResponse, path: string): void {
    const content = files.get(path.replace('documents/', ''));
    if (content) res.writeHead(200, { 'content-type': 'application/octet-stream' }).end(content);
    else refuse(res, { error_code: 404, description: 'Not Found' });
  }

  return {
    get root() {
      return `http://127.0.0.1:${port}`;
    },
    done,
    calls,
    files,
    /** What getUpdates has to tell. */
    updates,
    webhook: () => webhook,
    /** What the bot said in a chat, in order. */
    said: (chat: number): string[] =>
      done.filter(({ chat_id, text }) => Number(chat_id) === chat && text).map(({ text }) => String(text)),
    /** The next call of this method, or the one after so many, meets with this. */
    trouble: (method: string, trouble: Trouble, after = 0) => void troubles.push({ method, trouble, after }),
    /** Calls of this method wait until the returned function is called. */
    hold(method: string): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      const held = { method, until: promise };
      slow.push(held);
      return () => {
        slow.splice(slow.indexOf(held), 1);
        resolve();
      };
    },
    async down(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    up: listen,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type TelegramStub = Awaited<ReturnType<typeof openTelegramStub>>;

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
}

const refuse = (res: ServerResponse, error: Exclude<Trouble, string>): void =>
  answer(res, error.error_code, { ok: false, ...error });

async function read(req: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of req) pieces.push(piece);
  return Buffer.concat(pieces);
}

function parse(req: IncomingMessage, body: Buffer): { payload: Payload; file?: Uploaded } {
  const type = req.headers['content-type'] ?? '';
  const boundary = /boundary=(.+)$/.exec(type)?.[1];
  if (boundary) return parseForm(body, boundary);
  return { payload: body.length > 0 ? JSON.parse(body.toString()) : {} };
}

/** A multipart form as the Bot API takes it: plain fields, and a file under the name that `attach://` gives. */
function parseForm(body: Buffer, boundary: string): { payload: Payload; file?: Uploaded } {
  const payload: Payload = {};
  let file: Uploaded | undefined;
  const mark = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(mark); at >= 0; ) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = body.subarray(at + mark.length + 2, next - 2);
    const end = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, end).toString();
    const content = part.subarray(end + 4);
    const field = /name="?([^";\r\n]+)/.exec(head)?.[1] ?? '';
    const name = /filename="?([^"\r\n]+)/.exec(head)?.[1];
    if (name === undefined) payload[field] = content.toString();
    else file = { field, name, content };
    at = next;
  }
  return file ? { payload, file } : { payload };
}
