import type { Translate } from '../../web/i18n.ts';
import { fileKind } from './attachments.ts';
import type { DraftFile } from './drafts.ts';
import type { LeadType } from './lead-types.ts';
import type { LeadEvent, LeadFile } from './own-leads.ts';
import { shownContact } from './present.ts';

export const typeOptions = (types: readonly LeadType[]) => types.map(({ id, name }) => ({ value: id, text: name }));

export const withShown = <T extends { key: string; value: string }>(lead: T): T & { shown: string } => ({
  ...lead,
  shown: shownContact(lead),
});

/** Files as pages show them: what kind, and where each is. */
export const shownFiles = (files: readonly (LeadFile | DraftFile)[], folder: string) =>
  files.map((file) => ({ ...file, kind: fileKind(file.mime), href: `${folder}/${file.id}` }));

const kinds = { pending: 'info', approved: 'success', rejected: 'danger', rework: 'warning' } as const;
const icons = { pending: 'send', approved: 'check', rejected: 'x', rework: 'pencil' } as const;

/** The life of a lead as a timeline. `names` says whether the moderators' names are for this person. */
export const timelineOf = (t: Translate, events: readonly LeadEvent[], { names }: { names: boolean }) =>
  events.map(({ status, note, at, by, byStaff, first }) => ({
    title: t(
      `leads:event.${first ? 'reported' : status === 'pending' ? (byStaff ? 'reopened' : 'resubmitted') : status}`,
    ),
    at,
    by: names || !byStaff ? by : t('leads:event.moderator'),
    text: note,
    icon: icons[status],
    kind: kinds[status],
  }));
