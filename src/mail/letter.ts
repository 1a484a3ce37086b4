import { translator } from '../web/i18n.ts';
import { createViews } from '../web/nunjucks.ts';
import { blocksOf, plainOf } from './blocks.ts';

type Wanted = {
  locale: 'ru' | 'en';
  letter: string;
  params?: Record<string, string | number> | undefined;
  link?: string | undefined;
};

const views = createViews({ watch: false });

/** Subject, text and HTML of a letter. Its sentences are `mail:<letter>.subject`, `.text` and, with a link, `.action`. */
export function composeLetter({ locale, letter, params = {}, link }: Wanted, baseUrl: string) {
  const t = translator(locale);
  const url = link && new URL(link, baseUrl).href;
  const subject = t(`mail:${letter}.subject`, params);
  const blocks = blocksOf(t(`mail:${letter}.text`, params));
  const action = url && t(`mail:${letter}.action`);
  const html = views.render('mail/letter.njk', { t, locale, subject, blocks, action, url });
  const text = [
    t('mail:hello'),
    ...blocks.map(plainOf),
    ...(url ? [`${action}: ${url}`] : []),
    t('mail:signature'),
  ].join('\n\n');
  return { subject, text, html };
}
