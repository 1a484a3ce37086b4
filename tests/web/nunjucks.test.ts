import { readdirSync } from 'node:fs';
import path from 'node:path';
import nunjucks from 'nunjucks';
import { describe, expect, test, vi } from 'vitest';
import { translator } from '../../src/web/i18n.ts';
import { createViews } from '../../src/web/nunjucks.ts';
import { kept } from '../../src/web/nunjucks-pace.ts';
import { components, renderMacro } from './macros.ts';

const hostile = `"><script>alert('x')</script>`;

test('every component escapes every text it is given', () => {
  for (const { file, macro } of components()) {
    const html = renderMacro(file, macro, everyParameter(hostile));
    expect(html, `${file} ${macro}`).not.toContain('<script');
    expect(html, `${file} ${macro}`).not.toContain('">&#60;script');
  }
});

test('no component prints undefined, an object or an inline style', () => {
  for (const { file, macro } of components()) {
    const html = renderMacro(file, macro, everyParameter('Иван'));
    expect(html, `${file} ${macro}`).not.toMatch(/undefined|\[object|\sstyle=|\son[a-z]+=/);
  }
});

test('markup from one component goes into another unescaped', () => {
  const html = renderMacro('card', 'card', { title: 'Лиды', actions: new nunjucks.runtime.SafeString('<b>12</b>') });
  expect(html).toContain('<b>12</b>');
});

describe('a field', () => {
  const form = { values: { email: 'ivan@', password: 'secret' }, errors: { email: 'Не хватает части после @' } };

  test('shows what was typed and what is wrong with it, tied together for a screen reader', () => {
    const html = renderMacro('field', 'field', { name: 'email', label: 'Почта' }, { form });
    expect(html).toContain('value="ivan@"');
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain('aria-describedby="f-email-error"');
    expect(html).toMatch(/id="f-email-error">.*Не хватает части после @/s);
  });

  test('never echoes a password', () => {
    const html = renderMacro('field', 'field', { name: 'password', type: 'password', label: 'Пароль' }, { form });
    expect(html).not.toContain('secret');
  });

  test('has no error marks when the form is fine', () => {
    const html = renderMacro('field', 'field', { name: 'login', label: 'Имя' }, { form });
    expect(html).not.toMatch(/aria-invalid|field-error|aria-describedby/);
  });

  test('keeps a zero', () => {
    expect(renderMacro('field', 'field', { name: 'n', label: 'N', value: 0 })).toContain('value="0"');
  });
});

test('a table sorts by links that keep the filter, leave the page and turn round', () => {
  const table = {
    caption: 'Лиды',
    sort: 'name',
    columns: [{ text: 'Имя', sort: 'name' }],
    rows: [{ cells: ['Иван'] }],
  };
  const html = renderMacro('table', 'table', table, { url: '/admin/leads?q=ivan&sort=name&after=40' });
  expect(html).toContain('href="/admin/leads?q=ivan&amp;sort=-name"');
  expect(html).toContain('aria-sort="ascending"');
});

test('a removed filter chip keeps the other filters', () => {
  const filters = { action: '/x', chips: [{ label: 'База', text: 'WhatsApp', param: 'base' }] };
  const html = renderMacro('filters', 'filters', filters, { url: '/x?base=whatsapp&agent=7&after=9' });
  expect(html).toContain('href="/x?agent=7"');
});

test('a select and radios mark the chosen option whether ids are numbers or strings', () => {
  const options = [
    { value: 1, text: 'Один' },
    { value: 2, text: 'Два' },
  ];
  expect(renderMacro('select', 'select', { name: 'a', label: 'A', options, value: '2' })).toMatch(/"2" selected>Два/);
  expect(renderMacro('radios', 'radios', { name: 'a', legend: 'A', options, value: 2 })).toMatch(/value="2" checked>/);
});

test('attributes that the Content-Security-Policy forbids are refused', () => {
  for (const name of ['onclick', 'style', 'a b', '"x']) {
    expect(() => renderMacro('button', 'button', { text: 'x', attributes: { [name]: 'y' } })).toThrow(/Bad attribute/);
  }
});

test('a chart is a labelled drawing with its numbers in a table beside it', () => {
  const chart = {
    type: 'line',
    label: 'Лиды по дням',
    labels: ['01.03'],
    series: [{ name: 'Принято', values: [1204] }],
  };
  const html = renderMacro('chart', 'chart', chart);
  expect(html).toMatch(/<svg[^>]* role="img" aria-label="Лиды по дням"/);
  expect(html).toContain('<td class="is-number">1\u202f204</td>');
});

test.each(['ru', 'en'] as const)(
  'every error page in %s says what happened, the request code and a way out',
  (locale) => {
    const views = createViews({ watch: false });
    const t = translator(locale);
    for (const status of [403, 404, 413, 422, 429, 500, 503]) {
      const html = views.render(`errors/${status}.njk`, { locale, requestId: 'req-17', url: '/x' });
      expect(html).toContain(`<h1>${t(`errors:${status}.title`)}</h1>`);
      expect(html).toContain('req-17');
      expect(html).toContain('href="/"');
    }
  },
);

test('an error page prefers the sentence of the refusal itself', () => {
  const html = createViews({ watch: false }).render('errors/429', { locale: 'ru', text: 'Попробуйте через минуту' });
  expect(html).toContain('<p>Попробуйте через минуту</p>');
});

test('layouts mark the chosen theme, the language and the page one is on', () => {
  const nav = [{ href: '/admin', label: 'Обзор', icon: 'house', active: true, badge: 3 }];
  const locals = {
    locale: 'en',
    theme: 'dark',
    nav,
    me: { name: 'Anna', role: 'admin' },
    title: 'Overview',
    url: '/admin?q=1',
  };
  for (const layout of readdirSync(path.resolve('views/layouts')).filter((file) => !file.startsWith('_'))) {
    const html = createViews({ watch: false }).render(`layouts/${layout}`, locals);
    expect(html).toMatch(/<html lang="en"[^>]* data-theme="dark">/);
    expect(html).toContain('<title>Overview · Lead Cabinet</title>');
    expect(html.match(/<h1[ >]/g), layout).toHaveLength(1);
    expect(html).toContain('name="back" value="/admin?q=1"');
    if (layout !== 'public.njk') expect(html).toMatch(/href="\/admin" aria-current="page"/);
  }
});

test.each(['ru', 'en'] as const)('the preview page in %s shows every component', (locale) => {
  const html = createViews({ watch: false }).render('dev/components', { locale, url: '/dev/components' });
  for (const name of [
    'btn-primary',
    'field-error',
    'data-table',
    'bulk-bar',
    'chart-svg',
    'dialog',
    'meter-bar',
    'steps-bar',
    'timeline-list',
  ]) {
    expect(html).toContain(name);
  }
  expect(html).not.toMatch(/undefined|\[object|NaN/);
});

test('a fault in a template names the template and the line', () => {
  const views = createViews({ watch: false });
  const page = `{% from "components/button.njk" import button %}\n\n{{ button({ text: 'x', icon: name }) }}`;
  // The first use of a component runs its file, later ones only its macros: both must say where it was.
  for (const name of ['no-such-icon', 'none-either']) {
    expect(() => views.renderString(page, { name, zone: 'Europe/Moscow' })).toThrow(
      /^a string: .*No such icon.*Line \d/s,
    );
  }
});

function everyParameter(text: string): Record<string, unknown> {
  const item = {
    text,
    label: text,
    term: text,
    title: text,
    hint: text,
    by: text,
    param: 'p',
    value: text,
    href: text,
    count: 1,
  };
  return {
    ...item,
    ...{
      name: 'field',
      id: 'id',
      legend: text,
      error: text,
      message: text,
      caption: text,
      placeholder: text,
      prefix: text,
    },
    ...{ suffix: text, confirmText: text, action: '/x', fields: { a: text }, keys: [text], delta: text, trend: 'up' },
    ...{
      search: { placeholder: text, value: text },
      chips: [item],
      items: [item],
      options: [item],
      current: 1,
      form: 'bulk',
    },
    ...{
      labels: [text],
      series: [{ name: text, values: [1] }],
      columns: [{ text, sort: 'a' }],
      rows: [{ id: text, cells: [text] }],
    },
    ...{
      select: { form: 'bulk' },
      maxMb: 30,
      total: { count: 5, more: false },
      next: '/x',
      attributes: { 'data-x': text },
      icon: undefined,
    },
  };
}

test('a kept piece knows neither who looks nor the time, so that nobody sees what was drawn for another', () => {
  const views = createViews({ watch: false });
  const draw = (template: string, from: object) => {
    const page = { me: { name: 'Марина', role: 'user' }, can: () => true, locale: 'ru', now: new Date(), from };
    return views.renderString(`{{ kept('${template}', from) }}`, page);
  };
  expect(draw('layouts/cabinet.njk', { nav: [], me: { name: 'Олег', role: 'user' } })).toContain('Олег');
  expect(draw('layouts/cabinet.njk', { nav: [] })).not.toContain('Марина');
  const threads = {
    layout: 'layouts/cabinet.njk',
    nav: [],
    purposes: [],
    page: { rows: [{ id: 1, text: 'x', lastMessageAt: '2026-01-01T00:00:00Z' }] },
  };
  expect(() => draw('support/cabinet/threads.njk', threads)).toThrow('does not know the time');
});

test('a field is drawn with what was typed into it, each time anew; a password is kept nowhere', () => {
  const views = createViews({ watch: false });
  const keep = vi.spyOn(kept, 'keep');
  const draw = (params: object, typed: object) =>
    views.renderString('{% from "components/field.njk" import field %}{{ field(params) }}', {
      params,
      form: { values: typed },
    });
  const email = (typed: string) => /value="(\w+)@"/.exec(draw({ name: 'email' }, { email: `${typed}@` }))?.[1];
  expect(['ivan', 'olga', 'ivan'].map(email)).toEqual(['ivan', 'olga', 'ivan']);
  draw({ name: 'password', type: 'password' }, { password: 'open sesame' });
  expect(JSON.stringify(keep.mock.calls)).toContain('olga@');
  expect(JSON.stringify(keep.mock.calls)).not.toContain('open sesame');
  keep.mockRestore();
});
