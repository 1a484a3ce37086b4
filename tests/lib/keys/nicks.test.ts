import { describe, expect, test } from 'vitest';
import { type ContactKind, normaliseKey } from '../../../src/lib/keys/index.ts';

const keyOf = (raw: string, kind: ContactKind) => {
  const verdict = normaliseKey(raw, kind);
  return verdict.ok ? verdict.key : verdict.reason;
};

function table(kind: ContactKind, rows: [raw: string, expected: string][]) {
  test.each(rows)(`${kind}: %j is %s`, (raw, expected) => {
    expect(keyOf(raw, kind)).toBe(expected);
  });
}

describe('a Telegram account in any spelling', () => {
  table('telegram', [
    ['@Nick', 'telegram:nick'],
    ['Nick_Name1', 'telegram:nick_name1'],
    ["'@Nick", 'telegram:nick'],
    ['t.me/Nick', 'telegram:nick'],
    ['@t.me/nick', 'telegram:nick'],
    ['https://telegram.me/nick?start=1', 'telegram:nick'],
    ['http://www.telegram.dog/Nick/', 'telegram:nick'],
    ['T.ME/s/Nick', 'telegram:nick'],
    ['https://t.me/nick/123', 'telegram:nick'],
    ['nick.t.me', 'telegram:nick'],
    ['tg://resolve?domain=Nick&start=1', 'telegram:nick'],
    ['https://web.telegram.org/k/#@Nick', 'telegram:nick'],
    ['telegram: @Nick', 'telegram:nick'],
    ['t.me/value', 'telegram:value'],
    ['tg://user?id=123456789', 'telegram:#123456789'],
    ['123456789', 'telegram:#123456789'],
    ['#123456789', 'telegram:#123456789'],
    ['7012345678', 'telegram:#7012345678'],
  ]);
});

describe('a phone in a Telegram base is the phone key, so that nobody is reached twice', () => {
  table('telegram', [
    ['8 900 123-45-67', '+79001234567'],
    ['79001234567', '+79001234567'],
    ['9001234567', '+79001234567'],
    ['t.me/+79001234567', '+79001234567'],
    ['tg://resolve?phone=79001234567', '+79001234567'],
  ]);
});

describe('what is no Telegram account says why', () => {
  table('telegram', [
    ['t.me/+AbCdEf123', 'service-link'],
    ['https://t.me/joinchat/AAAA', 'service-link'],
    ['t.me/addstickers/Cats', 'service-link'],
    ['t.me/c/123/4', 'service-link'],
    ['t.me', 'service-link'],
    ['@abc', 'not-a-nick'],
    ['1nick', 'not-a-nick'],
    ['Иван', 'not-a-nick'],
    ['ivan petrov', 'not-a-nick'],
    [`@${'a'.repeat(33)}`, 'not-a-nick'],
    ['vk.com/id1', 'not-a-nick'],
    ['Значение', 'header'],
    ['@', 'empty'],
  ]);
});

describe('a VK page in any spelling', () => {
  table('vk', [
    ['https://vk.com/id1', 'vk:id1'],
    ['vk.ru/id1?from=search', 'vk:id1'],
    ['m.vk.com/ID1', 'vk:id1'],
    ['www.vkontakte.ru/id1', 'vk:id1'],
    ['1', 'vk:id1'],
    ['id1', 'vk:id1'],
    ['https://vk.com/im?sel=1', 'vk:id1'],
    ['vk.com/write1', 'vk:id1'],
    ['@Durov', 'vk:durov'],
    ['vk.com/ivan.petrov_1', 'vk:ivan.petrov_1'],
    ['vk.me/ivan', 'vk:ivan'],
    ['vk.com/club77', 'vk:club77'],
    ['vk.com/public77', 'vk:club77'],
    ['vk.com/wall-1_2', 'service-link'],
    ['vk.com/feed', 'service-link'],
    ['vk.com', 'service-link'],
    ['+79001234567', 'not-a-nick'],
    ['Иван Петров', 'not-a-nick'],
    ['ok.ru/profile/1', 'not-a-nick'],
  ]);
});

describe('a page on Odnoklassniki in any spelling', () => {
  table('ok', [
    ['https://ok.ru/profile/123456', 'ok:123456'],
    ['m.ok.ru/profile/123456/statuses', 'ok:123456'],
    ['www.odnoklassniki.ru/profile/123456?x=1', 'ok:123456'],
    ['123456', 'ok:123456'],
    ['ok.ru/Ivan.Petrov', 'ok:ivan.petrov'],
    ['ok.ru/group/123456', 'ok:group/123456'],
    ['ok.ru/group123456', 'ok:group/123456'],
    ['ok.ru/feed', 'service-link'],
    ['ok.ru/video/123456', 'service-link'],
    ['Иван', 'not-a-nick'],
  ]);
});

describe('an Instagram account in any spelling', () => {
  table('instagram', [
    ['@Nick.Name', 'instagram:nick.name'],
    ['https://www.instagram.com/Nick?igsh=abc==', 'instagram:nick'],
    ['instagram.com/stories/nick/123', 'instagram:nick'],
    ['instagram.com/nick/reel/xyz', 'instagram:nick'],
    ['ig.me/m/nick', 'instagram:nick'],
    ['instagram.com/p/Cabc', 'service-link'],
    ['instagram.com/reel/Cabc', 'service-link'],
    ['nick..name', 'not-a-nick'],
    ['ivan.', 'not-a-nick'],
    ['a'.repeat(31), 'not-a-nick'],
    ['ivan-petrov', 'not-a-nick'],
  ]);
});

test('a key carries its kind: telegram:ivan and vk:ivan are different people', () => {
  expect(keyOf('@ivan', 'telegram')).toBe('telegram:ivan');
  expect(keyOf('@ivan', 'vk')).toBe('vk:ivan');
});
