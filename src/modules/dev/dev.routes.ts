import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { NotFound } from '../../errors.ts';
import { params } from '../../web/form.ts';
import { doors, type PageRouter, page } from '../../web/page.ts';
import { render } from '../../web/render.ts';

const Name = z.object({ name: z.string().regex(/^[\w-]+\.eml$/) });

/** The workshop, outside production only: all components on one page, and the mail that was not really sent. */
export function devRoutes(outbox: string): PageRouter {
  return page(doors.open)
    .get('/dev/components', { can: 'public' }, (req, res) =>
      render(req, res, 'dev/components', { title: 'Components' }),
    )
    .get('/dev/outbox', { can: 'public' }, async (req, res) => {
      await render(req, res, 'dev/outbox', { title: 'Outbox', letters: await lettersIn(outbox) });
    })
    .get('/dev/outbox/:name', { can: 'public' }, async (req, res) => {
      const { name } = params(Name, req);
      const source = await readFile(join(outbox, name)).catch(() => {
        throw new NotFound();
      });
      await render(req, res, 'dev/letter', { title: name, letter: await readLetter(name, source) });
    });
}

async function lettersIn(outbox: string) {
  const names = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml'));
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(outbox, name))).mtime })));
  const newest = dated.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, 100);
  return Promise.all(
    newest.map(async ({ name, at }) => ({ ...(await readLetter(name, await readFile(join(outbox, name)))), at })),
  );
}

// A development dependency, read only when somebody looks: production has neither this page nor the package.
async function readLetter(name: string, source: Buffer) {
  const { default: PostalMime } = await import('postal-mime');
  const { to, subject = '', text = '' } = await PostalMime.parse(source);
  const links = text.match(/https?:\/\/\S+/g) ?? [];
  return { name, to: to?.map(({ address }) => address).join(', ') ?? '', subject, text, links };
}
