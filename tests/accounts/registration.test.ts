import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { setSetting } from '../../src/modules/settings/index.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
import { seen } from '../support/visitor.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());
beforeEach(() => house.database.pool.query('DELETE FROM throttle_counters'));

let count = 0;
function application(change: Record<string, string | undefined> = {}) {
  count += 1;
  const email = `new.${count}@example.com`;
  return {
    name: `новичок_${count}`,
    email,
    password: 'зелёный чайник',
    personalData: '1',
    mailing: undefined,
    ...change,
  };
}
const userOf = (email: string) => house.database.db.user.findUnique({ where: { email }, include: { consents: true } });

describe('registration', () => {
  it('takes an application: a pending person with consents, and a letter with a link', async () => {
    const form = application({ mailing: '1' });
    const answer = await house.visitor().post('/register', form).expect(303);
    expect(answer.headers.location).toBe(`/register/sent?to=${encodeURIComponent(form.email)}`);
    expect((await house.visitor().see(answer.headers.location ?? '')).innerText).toContain(form.email);

    const user = await userOf(form.email);
    expect(user).toMatchObject({ name: form.name, status: 'pending', role: 'user', emailConfirmedAt: null });
    expect(user?.consents.map(({ kind }) => kind).sort()).toEqual(['mailing', 'personal_data']);
    expect(user?.passwordHash).toMatch(/^\$argon2id\$/);
    await house.drain();
    expect((await lettersTo(house.outbox, form.email)).map(({ subject }) => subject)).toEqual(['Подтвердите почту']);
  });

  it.each([
    ['a name of two letters', { name: 'ab' }, 'Не короче 3'],
    ['a name with a space', { name: 'Иван Петров' }, 'Только буквы'],
    ['a name with markup', { name: '<b>ivan</b>' }, 'Только буквы'],
    ['an address that is none', { email: 'ivan@' }, 'адрес'],
    ['a short password', { password: 'девятьбук' }, 'Не короче 10'],
    ['a password everybody has', { password: 'Qwerty12345' }, 'подбирают первым'],
    ['one letter repeated', { password: 'жжжжжжжжжжжж' }, 'подбирают первым'],
    ['the name as password', { name: 'ivan.petrov', password: 'Ivan.Petrov' }, 'не должен совпадать'],
    ['no consent to data processing', { personalData: undefined }, 'Без согласия'],
  ])('refuses %s beside its field and keeps what was typed', async (_what, change, sentence) => {
    const form = application(change);
    const page = seen(await house.visitor().post('/register', form), 422);
    expect(page.querySelector('.field-error')?.innerText).toMatch(new RegExp(sentence, 'i'));
    expect(page.querySelector('input[name=email]')?.getAttribute('value')).toBe(form.email);
    expect(page.querySelector('input[name=password]')?.getAttribute('value') ?? '').toBe('');
    expect(await userOf(form.email)).toBeNull();
  });

  it('says beside the field that a name is taken, in whatever case it is written', async () => {
    await createUser(house, { name: 'Ольга' });
    const page = seen(await house.visitor().post('/register', application({ name: 'ОЛЬГА' })), 422);
    expect(page.querySelector('#f-name-error')?.innerText).toContain('уже занято');
  });

  it('answers the same for a used address, makes nobody, and tells the owner by mail', async () => {
    const owner = await createUser(house);
    const form = application({ email: owner.email.toUpperCase() });
    const answer = await house.visitor().post('/register', form).expect(303);
    expect(answer.headers.location).toBe(`/register/sent?to=${encodeURIComponent(owner.email)}`);
    expect(await house.database.db.user.count({ where: { name: form.name } })).toBe(0);
    await house.drain();
    expect((await lettersTo(house.outbox, owner.email)).map(({ subject }) => subject)).toEqual([
      'У вас уже есть учётная запись',
    ]);
  });

  it('makes one person of two who take the same name, or the same address, at the same moment', async () => {
    const sameName = await Promise.all(
      Array.from({ length: 6 }, () => house.visitor().post('/register', application({ name: 'близнец' }))),
    );
    expect(sameName.map(({ status }) => status).sort()).toEqual([303, 422, 422, 422, 422, 422]);
    const sameEmail = await Promise.all(
      Array.from({ length: 6 }, () => house.visitor().post('/register', application({ email: 'twins@example.com' }))),
    );
    expect(new Set(sameEmail.map(({ status, headers }) => `${status} ${headers.location}`)).size).toBe(1);
    expect(await house.database.db.user.count({ where: { email: 'twins@example.com' } })).toBe(1);
  });

  it('stops after twenty applications an hour from one address', async () => {
    for (let n = 0; n < 20; n += 1)
      await house
        .visitor()
        .post('/register', application({ name: 'Ольга' }))
        .expect(422);
    const form = application();
    await house.visitor().post('/register', form).expect(429);
    expect(await userOf(form.email)).toBeNull();
    expect(await house.database.db.auditEvent.count({ where: { action: 'tries.throttled' } })).toBe(1);
  });

  it('is closed by a switch, for the form and for a post past it', async () => {
    const ctx = await house.ctxOf(await createUser(house, { role: 'admin' }));
    await setSetting(ctx, 'accounts.registration-open', false);
    const page = await house.visitor().see('/register');
    expect(page.querySelector('form[action="/register"]')).toBeNull();
    expect(page.innerText).toContain('регистрация закрыта');
    const form = application();
    await house.visitor().post('/register', form).expect(422);
    expect(await userOf(form.email)).toBeNull();
    expect((await house.visitor().see('/login')).querySelector('a[href="/register"]')).toBeNull();
    await setSetting(ctx, 'accounts.registration-open', true);
  });

  it('shows the text that one agrees to, in both languages', async () => {
    expect((await house.visitor().see('/legal/personal-data')).innerText).toContain('Как отозвать согласие');
    const english = house.visitor({ 'accept-language': 'en' });
    expect((await english.see('/legal/personal-data')).innerText).toContain('How to withdraw the consent');
  });
});

describe('confirming the address', () => {
  async function applied() {
    const form = application();
    await house.visitor().post('/register', form).expect(303);
    await house.drain();
    const [letter] = await lettersTo(house.outbox, form.email);
    return { ...form, link: letter?.link ?? '', token: letter?.link.split('token=')[1] ?? '' };
  }

  it('takes a press of the button; opening the link, as mail scanners do, uses nothing up', async () => {
    const { email, link, token } = await applied();
    for (let n = 0; n < 3; n += 1) {
      const page = await house.visitor().see(link);
      expect(page.querySelector('input[name=token]')?.getAttribute('value')).toBe(token);
    }
    expect((await userOf(email))?.emailConfirmedAt).toBeNull();
    await house.visitor().post('/confirmation', { token }).expect(303);
    expect((await userOf(email))?.emailConfirmedAt).toBeInstanceOf(Date);
  });

  it('works once, even when pressed twice at the same moment', async () => {
    const { token } = await applied();
    const answers = await Promise.all([1, 2, 3].map(() => house.visitor().post('/confirmation', { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422]);
  });

  it('keeps only a hash of the token', async () => {
    const { token } = await applied();
    const tokens = await house.database.db.oneTimeToken.findMany();
    expect(JSON.stringify(tokens)).not.toContain(token);
  });

  it('refuses a link of two days ago and says what to do', async () => {
    const { email, token, link } = await applied();
    await house.database.pool.query(`UPDATE one_time_tokens SET expires_at = now() - interval '1 second'`);
    expect((await house.visitor().see(link)).innerText).toContain('больше не действует');
    const page = seen(await house.visitor().post('/confirmation', { token }), 422);
    expect(page.querySelector('a[href="/register/sent"]')).not.toBeNull();
    expect((await userOf(email))?.emailConfirmedAt).toBeNull();
  });

  it('gives the link 48 hours', async () => {
    const { email } = await applied();
    const { rows } = await house.database.pool.query(
      `SELECT extract(epoch FROM t.expires_at - t.created_at) / 3600 AS hours FROM one_time_tokens t JOIN users u ON u.id = t.user_id WHERE u.email = $1`,
      [email],
    );
    expect(Number(rows[0].hours)).toBe(48);
  });

  it('sends the letter again on request; the first link then stops working', async () => {
    const { email, token } = await applied();
    await house.visitor().post('/confirmation/letter', { email }).expect(303);
    await house.drain();
    const letters = await lettersTo(house.outbox, email);
    expect(letters).toHaveLength(2);
    await house.visitor().post('/confirmation', { token }).expect(422);
    await house
      .visitor()
      .post('/confirmation', { token: letters[1]?.link.split('token=')[1] })
      .expect(303);
  });

  it('stops sending after three letters in a quarter of an hour', async () => {
    const { email } = await applied();
    for (let n = 0; n < 3; n += 1) await house.visitor().post('/confirmation/letter', { email }).expect(303);
    await house.visitor().post('/confirmation/letter', { email }).expect(429);
    await house.drain();
    expect(await lettersTo(house.outbox, email)).toHaveLength(4);
  });

  it('gives an unknown address the same answer and no letter', async () => {
    const email = 'nobody.here@example.com';
    const answer = await house.visitor().post('/confirmation/letter', { email }).expect(303);
    expect(answer.headers.location).toBe(`/register/sent?to=${encodeURIComponent(email)}`);
    await house.drain();
    expect(await lettersTo(house.outbox, email)).toEqual([]);
  });
});
