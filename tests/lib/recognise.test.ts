import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { guessLeadType, LEAD_TYPES, recogniseContacts } from '../../src/lib/recognise.ts';

/** `key leadType`, or the line in which nothing was found, in brackets. */
const read = (text: string) => recogniseContacts(text).map((r) => (r.key ? `${r.key} ${r.leadType}` : `(${r.raw})`));

describe('contacts in a free text', () => {
  test.each<[string, string, string[]]>([
    [
      'one per line, in any spelling and in their order',
      '8 (900) 123-45-67\n@Ivan_P\nhttps://vk.com/id1\nok.ru/profile/123456\ninstagram.com/nick?igsh=1\nA@Example.com',
      [
        '+79001234567 whatsapp',
        'telegram:ivan_p telegram',
        'vk:id1 vk',
        'ok:123456 ok',
        'instagram:nick instagram',
        'email:a@example.com email',
      ],
    ],
    [
      'inside a sentence',
      'Позвонил Ивану, 8-900-123-45-67, он же (t.me/ivan_p).',
      ['+79001234567 whatsapp', 'telegram:ivan_p telegram'],
    ],
    ['two phones in a row', '+7 900 123 45 67 8 900 765 43 21', ['+79001234567 whatsapp', '+79007654321 whatsapp']],
    ['phones glued by a plus', '+79001234567+79007654321', ['+79001234567 whatsapp', '+79007654321 whatsapp']],
    [
      'a foreign phone before a Russian one',
      '+375 29 123-45-67 8 900 123 45 67',
      ['+375291234567 whatsapp', '+79001234567 whatsapp'],
    ],
    ['a float from Excel', '79001234567.0', ['+79001234567 whatsapp']],
    ['a phone glued to its label', 'тел.89001234567', ['+79001234567 whatsapp']],
    ['the same key once', '89001234567, +7 900 123-45-67\nwa.me/79001234567', ['+79001234567 whatsapp']],
    [
      'a nick behind the name of its service',
      'тг: ivan_p\nинста: nick.name\nвк id5',
      ['telegram:ivan_p telegram', 'instagram:nick.name instagram', 'vk:id5 vk'],
    ],
    ['an @nick behind the name of its service', 'инста @ivan', ['instagram:ivan instagram']],
    ['an @nick that Telegram does not allow', '@ivan.petrov', ['instagram:ivan.petrov instagram']],
    ['a link glued to its label', 'тг:t.me/ivan_p', ['telegram:ivan_p telegram']],
    [
      'marketplaces',
      'avito.ru/user/0a1b/profile youla.ru/user/5a1b https://kwork.ru/user/ivan',
      ['avito:user/0a1b avito', 'yula:user/5a1b yula', 'kwork:user/ivan kwork'],
    ],
    [
      'a line with nothing recognisable, so that a person sees it',
      'Пётр, звонить утром\n@ivan',
      ['(Пётр, звонить утром)', 'telegram:ivan telegram'],
    ],
    ['nothing in lines without words', '\n --- \n\t\n', []],
    [
      'no phone in dates, sums and order numbers',
      '12.05.2024 10:30, заказ 1234567890',
      ['(12.05.2024 10:30, заказ 1234567890)'],
    ],
    ['no phone inside an identifier', 'id79001234567', ['(id79001234567)']],
    ['no nick in a sentence that mentions a service', 'Написал в телеграм вчера', ['(Написал в телеграм вчера)']],
  ])('%s', (_, text, expected) => expect(read(text)).toEqual(expected));

  it('keeps the spelling it found', () => {
    expect(recogniseContacts('звонить 8 (900) 123-45-67 вечером')).toEqual([
      { raw: '8 (900) 123-45-67', key: '+79001234567', kind: 'phone', shown: '+7 900 123-45-67', leadType: 'whatsapp' },
    ]);
  });
});

describe('the lead type of a phone', () => {
  test.each([
    ['89001234567', '+79001234567 whatsapp'],
    ['wa.me/79001234567', '+79001234567 whatsapp'],
    ['viber://chat?number=%2B79001234567', '+79001234567 viber'],
    ['https://max.ru/+79001234567', '+79001234567 max'],
    ['t.me/+79001234567', '+79001234567 telegram'],
    ['вайбер 89001234567', '+79001234567 viber'],
    ['MAX: 8 900 123-45-67', '+79001234567 max'],
    ['тг: 89001234567', '+79001234567 telegram'],
    ['Макс 89001234567', '+79001234567 whatsapp'],
  ])('%j is %s', (text, expected) => expect(read(text)).toEqual([expected]));
});

describe('the guess of a lead type', () => {
  test.each([
    ['+79001234567', 'whatsapp'],
    ['@ivan', 'telegram'],
    ['telegram:ivan', 'telegram'],
    ['vk:id1', 'vk'],
    ['m.vk.com/id1', 'vk'],
    ['ok:123', 'ok'],
    ['https://www.instagram.com/nick', 'instagram'],
    ['a@example.com', 'email'],
    ['https://www.avito.ru/user/1/profile', 'avito'],
    ['https://youla.ru/user/1', 'yula'],
    ['kwork:user/ivan', 'kwork'],
    ['https://max.ru/u/AbC', 'max'],
    ['url:max.ru/u/AbC', 'max'],
    ...'facebook.com tiktok.com youtube.com rutube.ru x.com linkedin.com dzen.ru threads.net discord.gg'
      .split(' ')
      .map((host) => [`https://${host}/ivan`, 'other_social']),
    ['просто слова', 'other_social'],
  ])('%j is %s', (contact, expected) => expect(guessLeadType(contact ?? '')).toBe(expected));
});

const piece = fc.oneof(
  fc.constantFrom(
    '8900',
    '8 900 ',
    '+7',
    '@',
    '://',
    'тг:',
    '.',
    '(',
    ' ',
    '\n',
    'a@',
    'wa.me/',
    'https://',
    '_',
    ',',
    'вк ',
    'ru/',
    '79001234567',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

describe('any text', () => {
  it('is read without an error, every found spelling is in it, and every key once', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const found = recogniseContacts(text);
        for (const { raw } of found) expect(text).toContain(raw);
        for (const { raw } of found) expect(LEAD_TYPES).toContain(guessLeadType(raw));
        const keys = found.flatMap(({ key }) => key ?? []);
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('of ten thousand characters takes less than half a second of work, however it is built', () => {
    recogniseContacts('8 900 123-45-67 +375291234567');
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
        const unit = pieces.join('') || ' ';
        const text = unit.repeat(Math.ceil(10_000 / unit.length)).slice(0, 10_000);
        const before = process.cpuUsage();
        recogniseContacts(text);
        expect(process.cpuUsage(before).user).toBeLessThan(500_000);
      }),
      { numRuns: 150 },
    );
  });
});
