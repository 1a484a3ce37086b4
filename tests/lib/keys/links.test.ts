import { describe, expect, test } from 'vitest';
import { type ContactKind, isHeaderWord, normaliseKey } from '../../../src/lib/keys/index.ts';

const keyOf = (raw: string, kind: ContactKind) => {
  const verdict = normaliseKey(raw, kind);
  return verdict.ok ? verdict.key : verdict.reason;
};

describe('an e-mail address in any spelling', () => {
  test.each([
    ['Ivan.Petrov@Example.COM', 'email:ivan.petrov@example.com'],
    [' mailto:ivan@example.com?subject=hi ', 'email:ivan@example.com'],
    ['Иван <Ivan@example.com>', 'email:ivan@example.com'],
    ['<ivan@example.com>,', 'email:ivan@example.com'],
    ['ivan+tag@mail.example.com.', 'email:ivan+tag@mail.example.com'],
    ['иван@Пример.рф', 'email:иван@пример.рф'],
    ['иван@xn--e1afmkfd.xn--p1ai', 'email:иван@пример.рф'],
    ['ivan@example', 'not-an-email'],
    ['ivan@@example.com', 'not-an-email'],
    ['.ivan@example.com', 'not-an-email'],
    ['iv..an@example.com', 'not-an-email'],
    ['ivan petrov@example.com', 'not-an-email'],
    ['89001234567', 'not-an-email'],
    ['E-mail', 'header'],
  ])('%j is %s', (raw, expected) => expect(keyOf(raw, 'email')).toBe(expected));
});

describe('a link in any spelling', () => {
  test.each([
    ['https://www.Example.com/Path/?utm_source=x&b=2&a=1#top', 'url:example.com/Path?a=1&b=2'],
    ['example.com', 'url:example.com'],
    ['http://example.com:8080/x', 'url:example.com:8080/x'],
    ['https://пример.рф/', 'url:xn--e1afmkfd.xn--p1ai'],
    ['https://t.me/Nick', 'telegram:nick'],
    ['m.vk.com/id1', 'vk:id1'],
    ['ok.ru/profile/123456', 'ok:123456'],
    ['instagram.com/Nick', 'instagram:nick'],
    ['wa.me/79001234567', '+79001234567'],
    ['vk.com/wall-1_2', 'url:vk.com/wall-1_2'],
    ['javascript:alert(1)', 'not-a-url'],
    ['ftp://example.com', 'not-a-url'],
    ['https://user:secret@example.com', 'not-a-url'],
    ['http://127.0.0.1/', 'not-a-url'],
    ['два слова', 'not-a-url'],
    ['word', 'not-a-url'],
    ['Ссылка', 'header'],
  ])('%j is %s', (raw, expected) => expect(keyOf(raw, 'url')).toBe(expected));
});

describe('a seller or an advertisement on a marketplace in any spelling', () => {
  test.each([
    ['https://www.avito.ru/moskva/telefony/iphone_1234567890?context=abc', 'avito:1234567890'],
    ['m.avito.ru/spb/telefony/ajfon_1234567890', 'avito:1234567890'],
    ['avito.ru/1234567890', 'avito:1234567890'],
    ['https://avito.ru/user/0a1b2c/profile?src=sharing', 'avito:user/0a1b2c'],
    ['https://www.avito.ru/brands/Shop/', 'avito:brands/shop'],
    ['https://youla.ru/user/5a1b2c3d4e5f6a7b8c9d0e1f?x=1', 'yula:user/5a1b2c3d4e5f6a7b8c9d0e1f'],
    ['youla.ru/moskva/x/divan-5a1b2c3d4e5f6a7b8c9d0e1f', 'yula:item/5a1b2c3d4e5f6a7b8c9d0e1f'],
    ['https://kwork.ru/user/Ivan?ref=1', 'kwork:user/ivan'],
  ])('%j is %s', (raw, expected) => expect(keyOf(raw, 'url')).toBe(expected));
});

describe('a text is compared without case, Unicode form and extra spaces', () => {
  test.each([
    ['  Иван \u00a0ПЕТРОВ\t', 'text:иван петров'],
    ['ﬁne', 'text:fine'],
    ["'=Договор № 5", 'text:договор no 5'],
    ['a\u0000b', 'text:a b'],
    ['\ud800x', 'text:\ufffdx'],
    ['«»', 'empty'],
    ['x'.repeat(600), 'too-long'],
  ])('%j is %s', (raw, expected) => expect(keyOf(raw, 'text')).toBe(expected));
});

describe('a cell that is only a header word is a header', () => {
  test.each(
    'value|Значение|КОНТАКТЫ|контакт|данные|Телефон|телефоны|Номер телефона|phone|Phone number|nick|Ник:|User_name|ссылка|Link|E-mail|почта|ID|user id|тел.|Telegram|Ссылка на профиль|"Value"'.split(
      '|',
    ),
  )('%j', (cell) => expect(isHeaderWord(cell)).toBe(true));

  test.each([
    '',
    '@phone',
    '89001234567',
    'телефон 89001234567',
    't.me/value',
    'Иван',
    'id1',
    'value@example.com',
    'на',
  ])('%j is not', (cell) => expect(isHeaderWord(cell)).toBe(false));
});
