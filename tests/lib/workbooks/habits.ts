import type { Random } from './random.ts';

/** The ways in which programs differ when they write the same workbook. */
export interface Habits {
  strings: 'shared' | 'inline' | 'formula' | 'mixed';
  rich: boolean;
  prefix: '' | 'x:' | 'ss:';
  /** Whether rows and cells say where they are. */
  references: 'both' | 'rows' | 'cells' | 'none';
  rowsOutOfOrder: boolean;
  dimension: 'none' | 'right' | 'wrong';
  preserve: 'always' | 'needed' | 'never';
  text: 'escaped' | 'cdata' | 'decimal' | 'hexadecimal';
  encoding: 'utf-8' | 'utf-8 marked' | 'utf-16le' | 'utf-16be' | 'utf-16le unmarked' | 'windows-1251';
  lineEnd: '' | '\n' | '\r\n' | '\r';
  quote: '"' | "'";
  blanks: 'left out' | 'empty tags' | 'pairs' | 'empty values';
  spaced: boolean;
  comments: boolean;
  trimmings: boolean;
  dates: 'builtin' | 'custom' | 'iso';
  date1904: boolean;
  layout: 'excel' | 'absolute' | 'odd' | 'backslashes';
  strict: boolean;
  zip: ZipHabits;
}

export interface ZipHabits {
  method: 'deflated' | 'stored' | 'mixed';
  descriptors: boolean;
  comment: boolean;
  extra: boolean;
  folders: boolean;
  shuffled: boolean;
}

export function makeHabits(random: Random): Habits {
  const references = random.pick(['both', 'both', 'both', 'rows', 'cells', 'none'] as const);
  return {
    strings: random.pick(['shared', 'shared', 'inline', 'formula', 'mixed']),
    rich: random.chance(0.3),
    prefix: random.pick(['', '', 'x:', 'ss:']),
    references,
    rowsOutOfOrder: (references === 'both' || references === 'rows') && random.chance(0.25),
    dimension: random.pick(['none', 'right', 'wrong']),
    preserve: random.pick(['always', 'needed', 'never']),
    text: random.pick(['escaped', 'escaped', 'cdata', 'decimal', 'hexadecimal']),
    encoding: random.pick([
      'utf-8',
      'utf-8',
      'utf-8 marked',
      'utf-16le',
      'utf-16be',
      'utf-16le unmarked',
      'windows-1251',
    ]),
    lineEnd: random.pick(['', '\n', '\r\n', '\r']),
    quote: random.pick(['"', "'"]),
    blanks: random.pick(['left out', 'empty tags', 'pairs', 'empty values']),
    spaced: random.chance(0.2),
    comments: random.chance(0.2),
    trimmings: random.chance(0.4),
    dates: random.pick(['builtin', 'custom', 'iso']),
    date1904: random.chance(0.25),
    layout: random.pick(['excel', 'excel', 'absolute', 'odd', 'backslashes']),
    strict: random.chance(0.15),
    zip: {
      method: random.pick(['deflated', 'deflated', 'stored', 'mixed']),
      descriptors: random.chance(0.3),
      comment: random.chance(0.2),
      extra: random.chance(0.2),
      folders: random.chance(0.2),
      shuffled: random.chance(0.3),
    },
  };
}
