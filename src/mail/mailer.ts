import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';

export type Letter = { id: string; to: string; subject: string; text: string; html: string };
export type Mailer = { send(letter: Letter): Promise<void>; close(): void };

type Options = { smtpUrl: string | undefined; from: string; outbox: string };

/** Sends by SMTP; without SMTP_URL letters land as .eml files in the outbox folder. */
export function createMailer({ smtpUrl, from, outbox }: Options): Mailer {
  const transport = smtpUrl
    ? createTransport({ url: smtpUrl, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 })
    : createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    async send({ id, to, subject, text, html }) {
      // The address as an object: a comma in a plain string would mail two people. The id lets a receiver drop a repeat.
      const messageId = `<${id}@lead-cabinet>`;
      const sent = await transport.sendMail({ from, to: { name: '', address: to }, subject, text, html, messageId });
      if (!smtpUrl) await drop(outbox, id, sent as unknown as { message: Buffer });
    },
    close: () => transport.close(),
  };
}

async function drop(outbox: string, id: string, { message }: { message: Buffer }): Promise<void> {
  await mkdir(outbox, { recursive: true });
  await writeFile(join(outbox, `${id}.eml`), message);
}
