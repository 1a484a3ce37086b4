import type { Words } from './present.ts';
import { showEvent } from './present.ts';
import type { AuditEvent } from './queries.ts';

const columns = ['at', 'actor', 'action', 'subject', 'person', 'details', 'ip', 'device'] as const;

export const exportColumns = ({ t }: Words) => columns.map((column) => ({ header: t(`audit:columns.${column}`) }));

/** The journal's rows for a file, in words; times of the business zone. */
export async function* exportRows(
  batches: AsyncIterable<AuditEvent[]>,
  words: Words,
  zone: string,
): AsyncGenerator<string[][]> {
  const stamp = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  for await (const events of batches) {
    yield events.map((event) => {
      const { title, facts, subject } = showEvent(event, words);
      return [
        stamp.format(event.at),
        event.actorName ?? '',
        title,
        subject?.text ?? '',
        event.userName ?? '',
        facts.map(({ label, text }) => `${label}: ${text}`).join('; '),
        event.ip ?? '',
        event.userAgent ?? '',
      ];
    });
  }
}
