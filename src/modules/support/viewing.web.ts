import type { Request, Response } from 'express';
import { z } from 'zod';
import { body } from '../../web/form.ts';
import { t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { throttle } from '../../web/throttle.ts';
import type { Thread } from './threads.ts';
import { lookAt, type Viewer, viewersOf } from './viewing.ts';

// A page that types says so twenty times a minute.
const perViewer = { what: 'support:viewing', limit: 90, seconds: 60 };
const Looking = z.object({ typing: z.enum(['yes', 'no']).catch('no') });

/** A page says that it is looked at, and whether somebody types in it. */
export async function sayViewing(req: Request, res: Response, thread: Thread): Promise<void> {
  await throttle(ctxOf(req), perViewer, String(ctxOf(req).actor?.id));
  await lookAt(ctxOf(req), thread, { typing: body(Looking, req).typing === 'yes' });
  res.status(204).end();
}

/** Who else is there, in words. */
export async function sendViewing(req: Request, res: Response, thread: Thread): Promise<void> {
  const viewers = await viewersOf(ctxOf(req), thread);
  const say = ({ name, staff, typing }: Viewer): string => {
    if (name === '') return t(req)('support:viewing.support');
    return t(req)(`support:viewing.${typing ? 'typing' : staff ? 'staff' : 'person'}`, { name });
  };
  res.json({ words: viewers.map(say).join(' · ') });
}
