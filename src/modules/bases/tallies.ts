import { type Ctx, inSqlTransaction } from '../../ctx.ts';
import { foldSlots, type Slotted } from '../../lib/slots.ts';
import { q } from '../../lib/sql.ts';

const contactTallies: Slotted = {
  table: q`contact_tallies`,
  keys: [q`base_type_id`],
  counts: [q`free`, q`issued`, q`suppressed`],
};
const issuedTallies: Slotted = { table: q`issued_tallies`, keys: [q`day`, q`base_type_id`], counts: [q`issued`] };

/** Folds together what the connections have counted, so that sums stay short to read. */
export async function foldBaseTallies(ctx: Ctx): Promise<void> {
  for (const slotted of [contactTallies, issuedTallies]) {
    await inSqlTransaction(ctx, (tx) => foldSlots(tx.sql, slotted));
  }
}
