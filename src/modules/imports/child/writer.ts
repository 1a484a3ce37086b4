import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BATCH_LOCK } from '../locks.ts';
import type { SheetTally, Tallies } from '../types.ts';
import { GROUPS, knownCode, SUPPRESSED, sumGroups } from '../verdicts.ts';
import type { Batch } from './batch.ts';

/** Where an import stands: what its committed batches hold. */
export type Progress = { ordinal: number; rows: Map<number, number>; tallies: Tallies };

type Refused = { n: number; suppressed: boolean; held: boolean; base: number | null };

/** Somebody ended or changed the import under the child's feet: it writes nothing more. */
class NotRunning extends Error {}

/** Writes batches one after another, each in one transaction with its verdicts and the import's counters. */
export class BatchWriter {
  readonly #client: pg.Client;
  readonly #importId: number;
  readonly #baseIds: number[];
  readonly #progress: Progress;
  cancelled = false;

  constructor(client: pg.Client, importId: number, baseIds: number[], progress: Progress) {
    this.#client = client;
    this.#importId = importId;
    this.#baseIds = baseIds;
    this.#progress = progress;
  }

  static async open(client: pg.Client, importId: number, baseIds: number[], progress: Progress): Promise<BatchWriter> {
    // A plan for millions of rows is compiled in vain for each batch. No batch waits for the disk: those lost with the server
    // are done again, since a batch's contacts, verdicts and counters are one transaction; and the word "finished", which the
    // parent writes and which does wait, takes all of them to the disk before it.
    await client.query('SET jit = off; SET synchronous_commit = off; SET work_mem = "32MB"; SET temp_buffers = "24MB"');
    await client.query(`
      CREATE TEMP TABLE staged (n int NOT NULL, key text NOT NULL, value text NOT NULL, extra jsonb) ON COMMIT DELETE ROWS`);
    return new BatchWriter(client, importId, baseIds, progress);
  }

  async write(batch: Batch): Promise<void> {
    await this.#client.query('BEGIN');
    const verdicts = batch.verdicts;
    if (batch.contacts > 0) {
      for (const { n, ...refused } of await this.#insertContacts(batch)) {
        verdicts[n] = refused.suppressed
          ? SUPPRESSED
          : knownCode(refused.held, this.#baseIds.indexOf(refused.base ?? 0));
      }
    }
    await this.#recordBatch(batch, verdicts);
    await this.#client.query('COMMIT');
  }

  /** Contacts of this batch that were not inserted, and why. */
  async #insertContacts(batch: Batch): Promise<Refused[]> {
    const copy = this.#client.query(copyFrom('COPY staged FROM STDIN'));
    copy.end(batch.lines);
    await once(copy, 'finish');
    // In this order: a suppression that is being written is waited for and then seen.
    await this.#client.query(`SELECT pg_advisory_xact_lock(${BATCH_LOCK}, 0); LOCK TABLE suppressions IN SHARE MODE`);
    const { rowCount } = await this.#client.query({
      name: 'insert-contacts',
      text: insertContacts,
      values: [batch.sheet.baseTypeId, this.#importId],
    });
    if (rowCount === batch.contacts) return [];
    const { rows } = await this.#client.query<Refused>({
      name: 'refused-contacts',
      text: refusedContacts,
      values: [this.#importId],
    });
    return rows;
  }

  async #recordBatch(batch: Batch, verdicts: Uint8Array): Promise<void> {
    const { ordinal, tallies } = this.#progress;
    const { index } = batch.sheet;
    await this.#client.query({
      name: 'insert-batch',
      text: 'INSERT INTO import_batches (import_id, ordinal, sheet, rows, verdicts) VALUES ($1, $2, $3, $4, $5)',
      values: [this.#importId, ordinal, index, batch.rows, Buffer.from(verdicts)],
    });
    tallies[index] = tallied(tallies[index], batch.width, verdicts);
    const sums = sumGroups(Object.values(tallies).flatMap(codesOf));
    const { rows } = await this.#client.query<{ cancelled: boolean }>({
      name: 'update-import',
      text: updateImport,
      values: [this.#importId, JSON.stringify(tallies), ...GROUPS.map((group) => sums[group])],
    });
    if (!rows[0]) throw new NotRunning();
    this.cancelled = rows[0].cancelled;
    this.#progress.ordinal += 1;
  }
}

const codesOf = ({ codes }: SheetTally): [number, number][] =>
  Object.entries(codes).map(([code, rows]) => [Number(code), rows]);

function tallied(before: SheetTally | undefined, width: number, verdicts: Uint8Array): SheetTally {
  const counts = new Uint32Array(256);
  for (const code of verdicts) counts[code] = (counts[code] ?? 0) + 1;
  const codes = { ...before?.codes };
  counts.forEach((rows, code) => {
    if (rows > 0) codes[code] = (codes[code] ?? 0) + rows;
  });
  return { columns: Math.max(before?.columns ?? 0, width), codes };
}

// One probe of the unique index per row, in the file's order, which becomes the queue's. Sorting by key first was tried: it
// costs the server more than the index gains.
const insertContacts = `
  INSERT INTO contacts (base_type_id, key, value, extra, import_id, created_at)
  SELECT $1, s.key, s.value, s.extra, $2, now() FROM staged s
  WHERE NOT EXISTS (SELECT FROM suppressions p WHERE p.key = s.key)
  ORDER BY s.n
  ON CONFLICT (key) DO NOTHING`;

// A key is tried once an import, so a contact of this import was made just now. LIMIT keeps the planner to the index where a
// join would read the whole table for every batch.
const refusedContacts = `
  SELECT s.n,
    (c.state IS NOT DISTINCT FROM 'suppressed' OR EXISTS (SELECT FROM suppressions p WHERE p.key = s.key)) AS suppressed,
    c.agent_id IS NOT NULL AS held, c.base_type_id AS base
  FROM staged s
  LEFT JOIN LATERAL (SELECT state, agent_id, base_type_id, import_id FROM contacts WHERE key = s.key LIMIT 1) c ON true
  WHERE c.import_id IS DISTINCT FROM $1`;

const updateImport = `
  UPDATE imports SET tallies = $2, created = $3, duplicate_in_file = $4, already_in_base = $5, issued_before = $6,
    suppressed = $7, invalid = $8, empty = $9, rows_read = $3::int + $4::int + $5::int + $6::int + $7::int + $8::int + $9::int,
    heartbeat_at = now(), stalls = 0
  WHERE id = $1 AND status = 'running'
  RETURNING cancel_requested_at IS NOT NULL AS cancelled`;
