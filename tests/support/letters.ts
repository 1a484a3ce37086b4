import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime from 'postal-mime';

export type Letter = { to: string; subject: string; text: string; html: string; link: string };

/** The letters that lie in the outbox for this address, oldest first; `link` is the path of the letter's button. */
export async function lettersTo(outbox: string, address: string): Promise<Letter[]> {
  const names = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml'));
  const dated = await Promise.all(
    names.map(async (name) => ({
      at: (await stat(join(outbox, name))).mtimeMs,
      letter: await readLetter(await readFile(join(outbox, name))),
    })),
  );
  return dated
    .filter(({ letter }) => letter.to === address)
    .sort((a, b) => a.at - b.at)
    .map(({ letter }) => letter);
}

async function readLetter(source: Buffer): Promise<Letter> {
  const { to, subject = '', text = '', html = '' } = await PostalMime.parse(source);
  const url = /https?:\/\/\S+/.exec(text)?.[0];
  const link = url ? new URL(url).pathname + new URL(url).search : '';
  return { to: to?.[0]?.address ?? '', subject, text, html, link };
}
