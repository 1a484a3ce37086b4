const FIRST_SIZE = 2 ** 22;
const UTF8_MOST = 3;

/**
 * Lines for COPY as the bytes that go out, in memory that is used again and again: as strings, twenty thousand lines would
 * outlive young memory and cost more to clean away than to make.
 */
export class CopyLines {
  #memory = Buffer.allocUnsafeSlow(FIRST_SIZE);
  #length = 0;

  add(line: string): void {
    const most = this.#length + line.length * UTF8_MOST;
    if (most > this.#memory.length) this.#grow(most);
    this.#length += this.#memory.write(line, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  get length(): number {
    return this.#length;
  }

  /** Valid until the next `clear`. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  #grow(wanted: number): void {
    const memory = Buffer.allocUnsafeSlow(Math.max(wanted, this.#memory.length * 2));
    this.#memory.copy(memory, 0, 0, this.#length);
    this.#memory = memory;
  }
}
