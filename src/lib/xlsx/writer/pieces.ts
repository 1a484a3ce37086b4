import type { RowBatch, RowWriter } from './row-bytes.ts';

const PIECE = 64 * 1024;
/** UTF-8 takes at most three bytes for a unit of UTF-16. */
const WIDEST = 3;
const NONE: Buffer[] = [];

/**
 * Gathers text into pieces of UTF-8. Strings that live for the length of a row, and buffers that are never thrown away, keep the
 * memory of a long export flat. There are three buffers by turns, do not make them fewer: while one is being packed the next is
 * handed over, and what did not fit into it is already written into the third.
 */
export class Pieces {
  readonly #buffers = Array.from({ length: 3 }, () => Buffer.allocUnsafeSlow(PIECE));
  #turn = 0;
  #filled = 0;
  /** Of all text so far. */
  bytes = 0;

  /** Answers the pieces that are full, usually none. */
  add(text: string): Buffer[] {
    const most = text.length * WIDEST;
    const full = this.#filled + most > PIECE ? this.rest() : NONE;
    if (most > PIECE) return [...full, this.#whole(Buffer.from(text))];
    this.#fillTo(this.#filled + this.#buffer().write(text, this.#filled));
    return full;
  }

  /** The same for a row, written where it stays. */
  addRow(write: RowWriter, number: number, batch: RowBatch, row: number): Buffer[] {
    const end = write(this.#buffer(), this.#filled, number, batch, row);
    if (end !== -1) return this.#fillTo(end);
    const full = this.rest();
    const again = write(this.#buffer(), 0, number, batch, row);
    if (again === -1) return [...full, this.#whole(longRow(write, number, batch, row))];
    this.#fillTo(again);
    return full;
  }

  rest(): Buffer[] {
    if (this.#filled === 0) return NONE;
    const piece = this.#buffer().subarray(0, this.#filled);
    this.#turn = (this.#turn + 1) % this.#buffers.length;
    this.#filled = 0;
    return [piece];
  }

  #fillTo(end: number): Buffer[] {
    this.bytes += end - this.#filled;
    this.#filled = end;
    return NONE;
  }

  #whole(piece: Buffer): Buffer {
    this.bytes += piece.length;
    return piece;
  }

  #buffer(): Buffer {
    return this.#buffers[this.#turn] ?? Buffer.alloc(PIECE);
  }
}

function longRow(write: RowWriter, number: number, batch: RowBatch, row: number): Buffer {
  for (let size = PIECE * 2; ; size *= 2) {
    const buffer = Buffer.allocUnsafeSlow(size);
    const end = write(buffer, 0, number, batch, row);
    if (end !== -1) return buffer.subarray(0, end);
  }
}
