import type { Request, Response } from 'express';
import { ById, params } from '../../web/form.ts';
import type { Translate } from '../../web/i18n.ts';
import { render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { leadStatsOf } from './agent-stats.ts';
import { contactHistory, type PastFact } from './history.ts';
import { listRejectionReasons } from './lead-types.ts';
import { shownFiles, timelineOf, withShown } from './list.web.ts';
import { eventsOf, filesOf } from './own-leads.ts';
import { contactHref } from './present.ts';
import { getLead } from './staff-leads.ts';

/** All that a moderator sees of one lead. */
export async function leadPage(req: Request, id: number) {
  const ctx = ctxOf(req);
  const [found, files, events, reasons] = await Promise.all([
    getLead(ctx, id),
    filesOf(ctx, id),
    eventsOf(ctx, id),
    listRejectionReasons(ctx),
  ]);
  const lead = withShown(found);
  const [past, agentStats] = await Promise.all([contactHistory(ctx, lead.key), leadStatsOf(ctx, lead.agentId)]);
  const last = past.find(({ kind }) => kind === 'issued' || kind === 'returned');
  return {
    subject: lead,
    href: contactHref(lead),
    files: shownFiles(files, `/admin/leads/${id}/files`),
    events: timelineOf(t(req), events, { names: true }),
    past: past.map((fact) => pastItem(t(req), fact)),
    otherHolder: last?.kind === 'issued' && last.agentId !== lead.agentId ? last.agent : null,
    isSuppressed: past.some(({ kind }) => kind === 'suppressed'),
    agentStats,
    reasons: reasons.filter(({ active }) => active).slice(0, 9),
  };
}

const looks = {
  imported: ['file-up', 'neutral'],
  issued: ['hand-helping', 'info'],
  outcome: ['message-circle', 'neutral'],
  returned: ['undo-2', 'warning'],
  suppressed: ['ban', 'danger'],
  refused: ['copy-x', 'warning'],
} as const;

function pastItem(t: Translate, { kind, at, base, agent, by, text }: PastFact) {
  const [icon, tone] = looks[kind];
  const outcome = kind === 'outcome' && text ? t(`bases:outcome.${text}`) : '';
  const title = t(`leads:history.${kind}`, { base: base ?? '—', agent: agent ?? '—', reason: text ?? '—', outcome });
  const note = { imported: text, issued: null, outcome: by, returned: text, suppressed: null, refused: text }[kind];
  return { title, at, by: kind === 'outcome' ? agent : by, text: note, icon, kind: tone };
}

/** The lead's card. */
export async function showLead(req: Request, res: Response): Promise<void> {
  const page = await leadPage(req, params(ById, req).id);
  await render(req, res, 'leads/admin/lead', { title: t(req)('leads:lead.title', { id: page.subject.id }), ...page });
}
