import { type HTMLElement, parse } from 'node-html-parser';
import supertest, { type Response, type Test } from 'supertest';
import { expect } from 'vitest';

export type Form = Record<string, string | number | (string | number)[] | undefined>;
export type Attached = { field: string; name: string; content: Buffer | string };

/** A browser without JavaScript: keeps cookies, says where its forms come from, and checks every page that it sees. */
export class Visitor {
  readonly #agent: ReturnType<typeof supertest.agent>;
  readonly #headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string>) {
    this.#agent = supertest.agent(url);
    this.#headers = {
      accept: 'text/html,*/*;q=0.5',
      'sec-fetch-site': 'same-origin',
      'accept-language': 'ru',
      ...headers,
    };
  }

  get(path: string): Test {
    return this.#agent.get(path).set(this.#headers);
  }

  /** Sends a form as the browser would. A list is a field that repeats. */
  post(path: string, form: Form = {}): Test {
    return this.#agent.post(path).set(this.#headers).type('form').send(encode(form).toString());
  }

  /** Sends a form with files. */
  upload(path: string, form: Form, files: Attached[]): Test {
    const request = this.#agent.post(path).set(this.#headers);
    for (const [name, value] of encode(form)) request.field(name, value);
    for (const { field, name, content } of files) request.attach(field, Buffer.from(content), { filename: name });
    return request;
  }

  /** Opens a page that must be there, and returns it to look at. */
  async see(path: string, status = 200): Promise<HTMLElement> {
    return seen(await this.get(path), status);
  }
}

/** Checks what must be true of every page, and returns its document. */
export function seen(response: Response, status = 200): HTMLElement {
  expect(`${response.status} ${response.get('location') ?? ''}`.trim()).toBe(String(status));
  const document = parse(response.text);
  const text = document.querySelector('body')?.innerText ?? '';
  expect(text).not.toMatch(/\bundefined\b|\[object |\bNaN\b/);
  const heading = document.querySelectorAll('h1').map((h1) => h1.innerText.trim());
  expect(document.querySelector('title')?.innerText).toBe(`${heading[0]} · Lead Cabinet`);
  expect(heading).toHaveLength(1);
  return document;
}

function encode(form: Form): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) params.append(name, String(one));
  }
  return params;
}
