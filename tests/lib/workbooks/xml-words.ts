import { bigEndian, cyrillic1251 } from './encodings.ts';
import type { Habits } from './habits.ts';

/** The smallest pieces of XML as one writer writes them. */
export interface XmlWords {
  tag(name: string, attributes?: Record<string, string | number | undefined>, content?: string): string;
  /** Text for an element, in the writer's way of escaping. */
  text(text: string): string;
  /** A whole part: declaration, root with its namespaces, encoded. */
  part(root: string, attributes: Record<string, string>, content: string): Buffer;
}

const DECLARED = { 'utf-8': 'UTF-8', 'utf-8 marked': 'utf-8', 'windows-1251': 'windows-1251' } as const;

export function createXmlWords(habits: Habits, prefix: string = habits.prefix): XmlWords {
  const { quote, spaced, lineEnd } = habits;
  const attribute = ([name, value]: [string, string | number | undefined]) =>
    value === undefined
      ? ''
      : `${spaced ? '\n  ' : ' '}${name}${spaced ? ' = ' : '='}${quote}${escaped(String(value))}${quote}`;
  const tag: XmlWords['tag'] = (name, attributes = {}, content = '') => {
    const opening = `<${prefix}${name}${Object.entries(attributes).map(attribute).join('')}${spaced ? ' ' : ''}`;
    return content === '' && habits.blanks !== 'pairs' ? `${opening}/>` : `${opening}>${content}</${prefix}${name}>`;
  };
  const cramped = habits.encoding === 'windows-1251' && habits.text === 'cdata';
  const encoding = (DECLARED as Record<string, string>)[habits.encoding] ?? 'UTF-16';
  return {
    tag,
    // Between CDATA marks there is no way to write a letter that the encoding lacks.
    text: (text) => textIn(cramped ? 'escaped' : habits.text, text),
    part(root, attributes, content) {
      const declaration = `<?xml version=${quote}1.0${quote} encoding=${quote}${encoding}${quote}?>`;
      const remark = habits.comments ? '<!-- <row r="1"> & ]]> --><?program v="<c>"?>' : '';
      const xml = `${declaration}${lineEnd}${remark}${tag(root, attributes, lineEnd + content + lineEnd)}${lineEnd}`;
      return encoded(lineEnd === '' ? xml : xml.replaceAll('\n', lineEnd), habits.encoding);
    },
  };
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
const FORBIDDEN = /[\u0000-\u0008\r]/g;

function excelEscape(control: string): string {
  return `_x${control.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`;
}

function textIn(way: Habits['text'], text: string): string {
  const allowed = text.replace(/_(?=x[0-9a-fA-F]{4}_)/g, '_x005F_').replace(FORBIDDEN, excelEscape);
  if (way === 'cdata') return `<![CDATA[${allowed.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
  if (way === 'escaped') return escaped(allowed).replaceAll('>', '&gt;');
  const base = way === 'decimal' ? 10 : 16;
  return Array.from(allowed, (letter) => `&#${base === 16 ? 'x' : ''}${letter.codePointAt(0)?.toString(base)};`).join(
    '',
  );
}

function encoded(xml: string, encoding: Habits['encoding']): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(xml);
    case 'utf-8 marked':
      return Buffer.from(`\uFEFF${xml}`);
    case 'utf-16le':
      return Buffer.from(`\uFEFF${xml}`, 'utf16le');
    case 'utf-16le unmarked':
      return Buffer.from(xml, 'utf16le');
    case 'utf-16be':
      return bigEndian(`\uFEFF${xml}`);
    case 'windows-1251':
      return cyrillic1251(xml, (letter) => `&#${letter.codePointAt(0)};`);
  }
}
