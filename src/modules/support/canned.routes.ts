import type { Request, Response } from 'express';
import { z } from 'zod';
import { Checkbox, Id, listOf } from '../../lib/fields.ts';
import { ById, body, params } from '../../web/form.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { cannedReplies, changeCanned, createCanned, deleteCanned, variableNames } from './canned.ts';
import { listPurposes } from './purposes.ts';
import { MessageText } from './schemas.ts';

const can = 'staff:threads:answer';
const home = '/support/replies';

const Changed = z.object({
  title: z.string().trim().min(1).max(80),
  text: MessageText.pipe(z.string().min(1)),
  purposes: listOf(Id),
});
const Made = Changed.extend({ shared: Checkbox });

async function showReplies(req: Request, res: Response): Promise<void> {
  const [replies, purposes] = await Promise.all([cannedReplies(ctxOf(req)), listPurposes(ctxOf(req))]);
  await render(req, res, 'support/support/replies', {
    title: t(req)('support:canned.title'),
    variables: variableNames,
    replies,
    purposes: purposes.filter(({ active }) => active),
    // Which of the forms was refused.
    refused: req.formState ? req.path.slice(1) : '',
  });
}

const saved = (res: Response) => done(res, { to: home, flash: 'support:flash.saved' });

/** Ready answers: everybody's and one's own. */
export const canned = page(doors.support)
  .get('/replies', { can }, showReplies)
  .post('/replies', { can, again: showReplies }, async (req, res) => {
    const { purposes: purposeIds, ...form } = body(Made, req);
    await createCanned(ctxOf(req), { ...form, purposeIds });
    saved(res);
  })
  .post('/replies/:id', { can, again: showReplies }, async (req, res) => {
    const { purposes: purposeIds, ...form } = body(Changed, req);
    await changeCanned(ctxOf(req), params(ById, req).id, { ...form, purposeIds });
    saved(res);
  })
  .post('/replies/:id/deletion', { can }, async (req, res) => {
    await deleteCanned(ctxOf(req), params(ById, req).id);
    done(res, { to: home, flash: 'support:flash.deleted' });
  });
