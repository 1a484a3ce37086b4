/** What a client learned of one try of an act. `unknown`: the answer never came, or says nothing about the act. */
export type Answer =
  | { is: 'acknowledged'; issuance: number }
  | { is: 'refused'; status: number }
  | { is: 'unknown'; why: string };

/** One act of one agent under one request id, however often it was sent. */
export type Act = { requestId: string; baseTypeId: number; wanted: number; answers: Answer[] };

/** What one client can swear to. */
export type Journal = {
  agentId: number;
  acts: Act[];
  /** Contacts that the agent read, by issuance: as shown, in the file's or the page's spelling. */
  shown: Map<number, string[]>;
};

export type Tally = Record<string, number>;

export const newJournal = (agentId: number): Journal => ({ agentId, acts: [], shown: new Map() });

/** The issuances that the answers to an act name: one, or none, if all is well. */
export function acknowledgedBy({ answers }: Act): number[] {
  return [...new Set(answers.flatMap((answer) => (answer.is === 'acknowledged' ? [answer.issuance] : [])))];
}

export const isAcknowledged = (act: Act): boolean => act.answers.some(({ is }) => is === 'acknowledged');
export const isRefused = (act: Act): boolean => act.answers.every(({ is }) => is === 'refused');

/** How many acts ended how. */
export function countActs(journals: readonly Journal[]): Tally {
  const acts = journals.flatMap((journal) => journal.acts);
  const acknowledged = acts.filter(isAcknowledged).length;
  const refused = acts.filter(isRefused).length;
  return {
    acts: acts.length,
    sent: acts.reduce((sum, { answers }) => sum + answers.length, 0),
    acknowledged,
    refused,
    unknown: acts.length - acknowledged - refused,
    lostAnswers: acts.reduce((sum, { answers }) => sum + answers.filter(({ is }) => is === 'unknown').length, 0),
    shownContacts: journals.reduce((sum, { shown }) => sum + [...shown.values()].flat().length, 0),
  };
}
