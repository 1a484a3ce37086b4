/**
 * The keys of a file seen so far, as 64-bit hashes in flat memory: 16 bytes a key at most, where a Set of strings takes
 * over a hundred. Two different keys of ten million meet with a chance of some millionths.
 */
export class SeenKeys {
  #slots = new Uint32Array(2 << 16);
  #size = 0;
  readonly #seed = (Math.random() * 2 ** 32) | 0;

  /** Remembers the key; false when it was there already. Bound, to be handed on. */
  readonly add = (key: string): boolean => {
    if (this.#size * 4 >= this.#slots.length * 1.4) this.#grow();
    let a = 0xdeadbeef ^ this.#seed;
    let b = 0x41c6ce57 ^ this.#seed;
    for (let at = 0; at < key.length; at += 1) {
      const code = key.charCodeAt(at);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return this.#put(a >>> 0 || 1, b >>> 0);
  };

  // A slot is two numbers; the first is never 0 in a filled one.
  #put(a: number, b: number): boolean {
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let slot = b & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot * 2];
      if (found === 0) {
        slots[slot * 2] = a;
        slots[slot * 2 + 1] = b;
        this.#size += 1;
        return true;
      }
      if (found === a && slots[slot * 2 + 1] === b) return false;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    this.#size = 0;
    for (let at = 0; at < before.length; at += 2) {
      const a = before[at] ?? 0;
      if (a !== 0) this.#put(a, before[at + 1] ?? 0);
    }
  }
}
