import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

describe('a new company begins', () => {
  it('with the eight bases of the bot and their limits, a business day each', async () => {
    const agent = await house.as(await createUser(house));
    const cards = (await agent.see('/cabinet/contacts/new')).querySelectorAll('main .form-stack:has(h2)');
    expect(
      cards.map((card) => `${card.querySelector('h2')?.text.trim()}: ${/\d+ из (\d+)/.exec(card.text)?.[1]}`),
    ).toEqual([
      'Telegram: 50',
      'WhatsApp: 35',
      'Max: 35',
      'Viber: 35',
      'Нельзяграм (там где Reels): 300',
      'ВКонтакте: 250',
      'Одноклассники: 250',
      'Почта: 100',
    ]);
    const bases = await house.database.db.baseType.findMany({ orderBy: { position: 'asc' } });
    expect(new Set(bases.map(({ period, lowWaterPercent }) => `${period} ${lowWaterPercent}`))).toEqual(
      new Set(['day 5']),
    );
    expect(bases.filter(({ kind }) => kind === 'phone').map(({ code }) => code)).toEqual(['whatsapp', 'max', 'viber']);
  });

  it('with the lead types of the bot', async () => {
    const admin = await house.as(await createUser(house, { role: 'admin' }));
    const codes = (await admin.see('/admin/lead-types'))
      .querySelectorAll('form[action^="/admin/lead-types/"] p')
      .map((code) => code.text.trim());
    expect(codes).toEqual([
      'telegram',
      'whatsapp',
      'max',
      'viber',
      'instagram',
      'vk',
      'ok',
      'email',
      'avito',
      'yula',
      'kwork',
      'other_social',
      'self',
    ]);
  });
});
