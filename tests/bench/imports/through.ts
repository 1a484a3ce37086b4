import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'node-html-parser';
import { ask } from '../../rig/http.ts';

const POLL_MS = 200;
type Session = { url: string; cookie: string };

/** A file's whole way as its person sees it: upload, start as guessed, wait for the result. Gives the result page's address. */
export async function importThrough(session: Session, path: string): Promise<string> {
  const card = await upload(session, path);
  await start(session, card);
  while ((await ask(session.url, { path: `${card}/progress`, cookie: session.cookie })).status === 200)
    await pause(POLL_MS);
  const { status } = await ask(session.url, { path: card, cookie: session.cookie });
  if (status !== 200) throw new Error(`No result: ${status}`);
  return card;
}

async function upload({ url, cookie }: Session, path: string): Promise<string> {
  const form = new FormData();
  form.append('file', await openAsBlob(path), basename(path));
  const headers = { cookie, accept: 'text/html', 'sec-fetch-site': 'same-origin' };
  const answer = await fetch(`${url}/admin/imports`, { method: 'POST', body: form, headers, redirect: 'manual' });
  const card = answer.headers.get('location');
  if (!card) throw new Error(`Not uploaded: ${answer.status} ${await answer.text()}`);
  return card;
}

async function start({ url, cookie }: Session, card: string): Promise<void> {
  const page = parse((await ask(url, { path: card, cookie })).text);
  const form: Record<string, string> = {};
  for (const select of page.querySelectorAll('.page-body select')) {
    form[select.getAttribute('name') ?? ''] = select.querySelector('option[selected]')?.getAttribute('value') ?? '';
  }
  for (const input of page.querySelectorAll('.page-body input')) {
    const open = input.getAttribute('type') === 'checkbox' && !input.hasAttribute('checked');
    if (!open) form[input.getAttribute('name') ?? ''] = input.getAttribute('value') ?? '';
  }
  const { status } = await ask(url, { path: `${card}/start`, form, cookie });
  if (status !== 303) throw new Error(`Not started: ${status}`);
}
