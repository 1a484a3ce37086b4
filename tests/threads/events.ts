import type { Visitor } from '../support/visitor.ts';

export type Heard = { name: string; id: number | undefined; data: Record<string, unknown> };

/** A live page's ear: an open stream of server-sent events. */
export class Ear {
  readonly #heard: Heard[] = [];
  readonly #request: ReturnType<Visitor['get']>;
  readonly ended: Promise<void>;
  #wake: () => void = () => undefined;

  constructor(visitor: Visitor, path: string, headers: Record<string, string> = {}) {
    let end: () => void;
    this.ended = new Promise((resolve) => {
      end = resolve;
    });
    let text = '';
    this.#request = visitor
      .get(path)
      .set(headers)
      .buffer(true)
      .parse((res, done) => {
        res.on('data', (chunk) => {
          text += chunk;
          const blocks = text.split('\n\n');
          text = blocks.pop() ?? '';
          this.#hear(blocks);
        });
        res.on('end', () => done(null, ''));
        res.on('close', () => end());
      });
    this.#request.end(() => end());
  }

  /** The next event of this name, and of this kind; what came before it is forgotten. */
  async next(
    name: string,
    fits: (heard: Heard) => boolean = () => true,
    passes: (heard: Heard) => void = () => undefined,
  ): Promise<Heard> {
    for (;;) {
      for (let heard = this.#heard.shift(); heard; heard = this.#heard.shift()) {
        if (heard.name === name && fits(heard)) return heard;
        passes(heard);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The names of all that is heard until an event of this one. */
  async until(name: string): Promise<string[]> {
    const names: string[] = [];
    await this.next(
      name,
      (heard) => heard.name === name,
      (heard) => names.push(heard.name),
    );
    return names;
  }

  close(): void {
    this.#request.abort();
  }

  #hear(blocks: string[]): void {
    for (const block of blocks) {
      const [, name] = /^event: (.+)$/m.exec(block) ?? [];
      const [, data = '{}'] = /^data: (.+)$/m.exec(block) ?? [];
      const [, id] = /^id: (.+)$/m.exec(block) ?? [];
      if (name) this.#heard.push({ name, id: id ? Number(id) : undefined, data: JSON.parse(data) });
    }
    this.#wake();
  }
}
