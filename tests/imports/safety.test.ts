import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { countsOf, importThrough, oldSheet, phone, upload, workbook } from '../factories/imports.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let staff: Visitor;
beforeAll(async () => {
  house = await openTestHouse({ UPLOAD_MAX_MB: '2' });
  staff = await house.as(await createUser(house, { role: 'admin' }));
});
afterAll(() => house.close());

const refused = async (name: string, content: Buffer | string, status = 422): Promise<string> => {
  const response = await staff.upload('/admin/imports', {}, [{ field: 'file', name, content }]);
  expect(response.status).toBe(status);
  return response.text;
};
const importCount = async () => (await house.database.db.import.count()) + (await house.database.db.storedFile.count());

/** A zip of one file that unpacks to far more than it is. */
function bomb(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(300 * 2 ** 20), { level: 9 });
  const name = Buffer.from('xl/worksheets/sheet1.xml');
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(packed.length, 4);
  sizes.writeUInt32LE(300 * 2 ** 20, 8);
  const local = Buffer.concat([
    Buffer.from('504b0304140000000800000000000', 'hex').subarray(0, 10),
    Buffer.alloc(4),
    sizes,
  ]);
  local.writeUInt32LE(0x04034b50, 0);
  const head = Buffer.concat([local, Buffer.from([name.length, 0, 0, 0]), name, packed]);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(20, 4);
  entry.writeUInt16LE(20, 6);
  entry.writeUInt16LE(8, 10);
  sizes.copy(entry, 16);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(head.length, 16);
  return Buffer.concat([head, entry, name, end]);
}

describe('a file that is no table of ours', () => {
  it('gets a sentence, leaves nothing behind, and the app answers on', async () => {
    const before = await importCount();
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(4096)]);
    expect(await refused('старый.xlsx', ole)).toMatch(/\.xls|повреждён|паролем/);
    expect(await refused('бомба.xlsx', bomb())).toMatch(/огромное|больше, чем мы можем принять|повреждён/);
    expect(await refused('страница.xls', '<html><body>hello</body></html>')).toContain('веб-страница');
    expect(await refused('пусто.csv', '')).toContain('ни одной строки');
    expect(await refused('кавычка.csv', `Телефон;Имя\n${phone(1)};"Иван\n`)).toContain('кавычка');
    const book = await workbook([oldSheet('Тг', ['@ivan_one'])]);
    expect(await refused('обрыв.xlsx', book.subarray(0, book.length - 200))).toMatch(/повреждён|не таблица/);
    expect(await refused('шум.xlsx', Buffer.from('504b0304'.repeat(50), 'hex'))).toMatch(/повреждён|не таблица/);
    expect(await importCount()).toBe(before);
    await staff.get('/admin/imports').expect(200);
  }, 60_000);

  it('larger than the house takes is refused with the limit', async () => {
    expect(await refused('большой.csv', Buffer.alloc(3 * 2 ** 20, 'a\n'), 413)).toContain('Файл слишком большой');
  });

  it('no file at all is a sentence too', async () => {
    const response = await staff.upload('/admin/imports', { other: '1' }, []);
    expect(response.status).toBe(422);
    expect(response.text).toContain('Выберите файл');
  });

  it('that breaks after the start fails with a sentence; what was read stays with its verdicts', async () => {
    const id = await upload(staff, 'viber.csv', `${phone(5)}\n${phone(6)}\n`);
    const file = await house.database.sql.row<{ storedAs: string }>(q`
      SELECT f.stored_as AS "storedAs" FROM imports i JOIN stored_files f ON f.id = i.file_id WHERE i.id = ${id}`);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(house.services.files.localPath(file?.storedAs ?? ''), `${phone(5)};x\n${phone(6)};"не закрыта\n`);
    const { start } = await import('../factories/imports.ts');
    await start(staff, id);
    await house.drain();
    expect((await countsOf(house, id)).status).toBe('failed');
    expect((await staff.see(`/admin/imports/${id}`)).innerText).toContain('кавычка');
  });
});

describe('who may', () => {
  it('load: staff with the right only; agents and support are refused, strangers sent to log in', async () => {
    const id = await importThrough(house, staff, 'viber.txt', `${phone(7)}\n`);
    const agent = await house.as(await createUser(house));
    const support = await house.as(await createUser(house, { role: 'support' }));
    for (const somebody of [agent, support]) {
      for (const path of ['', '/new', `/${id}`, `/${id}/progress`, `/${id}/undo`, `/${id}/verdicts.xlsx`]) {
        await somebody.get(`/admin/imports${path}`).expect(403);
      }
      for (const act of ['plan', 'start', 'cancellation', 'resumption', 'undo', 'removal']) {
        await somebody.post(`/admin/imports/${id}/${act}`).expect(403);
      }
      const attempt = await somebody.upload('/admin/imports', {}, [
        { field: 'file', name: 'a.txt', content: phone(8) },
      ]);
      expect(attempt.status).toBe(403);
    }
    await house.visitor().get(`/admin/imports/${id}`).expect(303);
    expect((await countsOf(house, id)).created).toBe(1);
  });

  it('what does not exist is not found', async () => {
    await staff.see('/admin/imports/999999', 404);
    await staff.see('/admin/imports/nonsense', 404);
  });
});

describe('the list and drafts', () => {
  it('finds by status, base and name, and throws a draft away with its file', async () => {
    const id = await upload(staff, 'Особое имя.txt', 'one@example.com');
    const list = await staff.see(`/admin/imports?status=draft&q=${encodeURIComponent('особое')}`);
    expect(list.querySelectorAll('tbody tr')).toHaveLength(1);
    expect((await staff.see('/admin/imports?q=nothing-like-this')).innerText).toContain('Ничего не нашлось');
    await staff.post(`/admin/imports/${id}/removal`).expect(303);
    await staff.see(`/admin/imports/${id}`, 404);
    expect(await house.database.db.storedFile.count({ where: { originalName: 'Особое имя.txt' } })).toBe(0);
  });

  it('has pages', async () => {
    for (let n = 0; n < 31; n += 1) {
      await house.database.sql.run(q`
        INSERT INTO imports (file_id, preview, plan, created_by_id, status) SELECT file_id, preview, plan, created_by_id, 'failed' FROM imports ORDER BY id LIMIT 1`);
    }
    const first = await staff.see('/admin/imports?status=failed');
    expect(first.querySelectorAll('tbody tr')).toHaveLength(30);
    const next = first.querySelector('a[rel=next]')?.getAttribute('href')?.replaceAll('&amp;', '&') ?? '';
    expect((await staff.see(next)).querySelectorAll('tbody tr')).toHaveLength(2);
  });
});
