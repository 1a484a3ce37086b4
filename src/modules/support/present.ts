import { dateTimeFormat } from '../../lib/formats.ts';
import type { Delivery } from '../telegram/index.ts';
import { changeMinutes } from './changing.ts';
import type { ThreadEvent } from './events.ts';
import { type NotePart, notePartsOf } from './mentions.ts';
import type { Message, MessageFile, Version } from './queries.ts';

export type TextPart = { text: string; link: boolean };
export type ShownFile = MessageFile & { kind: 'picture' | 'video' | 'file' };
export type Bubble = {
  id: number;
  own: boolean;
  /** Null: the house itself. */
  author: string | null;
  fromStaff: boolean;
  parts: TextPart[];
  files: ShownFile[];
  createdAt: Date;
  at: string;
  /** A page of the other side has it. */
  delivered: boolean;
  read: boolean;
  /** How it stands in Telegram, for staff; null where that says nothing more. */
  delivery: Delivery | null;
  edited: boolean;
  deleted: boolean;
  /** What it said before; for staff only. */
  versions: Version[];
  /** The viewer may still change it. */
  changeable: boolean;
  /** A day begins here. */
  day: { date: Date; word: 'today' | 'yesterday' | null } | null;
  /** The first message that the viewer has not seen. */
  firstUnread: boolean;
  /** The same author goes on within minutes: no need to say again who he is. */
  follows: boolean;
};
/** What staff see between the bubbles. */
export type EventLine = { event: ThreadEvent; parts: NotePart[]; createdAt: Date; at: string; changeable: boolean };
export type Entry = Bubble | EventLine;
type Viewer = { id: number; staff: boolean; zone: string; now: Date };

/** Messages as bubbles of a conversation; `above` is the message that already stands over the first one. */
export function bubblesOf(messages: Message[], viewer: Viewer, above?: Message): Bubble[] {
  const unread = messages.find((message) => isUnread(message, viewer));
  return messages.map((message, i) => {
    const previous = messages[i - 1] ?? above;
    return {
      id: message.id,
      own: message.fromStaff === viewer.staff,
      author: message.author,
      fromStaff: message.fromStaff,
      parts: partsOf(message.text),
      // Whoever took it back took it from the person's page.
      files:
        message.deletedAt && !viewer.staff ? [] : message.files.map((file) => ({ ...file, kind: kindOf(file.mime) })),
      createdAt: message.createdAt,
      at: message.createdAt.toISOString(),
      delivered: message.deliveredAt !== null,
      read: message.readAt !== null,
      delivery: viewer.staff ? message.delivery : null,
      edited: message.editedAt !== null && message.deletedAt === null,
      deleted: message.deletedAt !== null,
      versions: viewer.staff ? message.versions : [],
      changeable: isChangeable(message, viewer),
      day: dayOf(message, viewer, previous),
      firstUnread: message === unread,
      follows: follows(message, viewer, previous),
    };
  });
}

/** Bubbles with the events among them, by time; a bubble after an event says again whose it is. */
export function withEvents(bubbles: Bubble[], events: ThreadEvent[], viewer: Viewer): Entry[] {
  const lines = events.map((event) => ({
    event,
    parts: notePartsOf(event.text, event.mentioned),
    createdAt: event.createdAt,
    at: event.createdAt.toISOString(),
    changeable: event.kind === 'note' && isChangeable(event, viewer),
  }));
  const all: Entry[] = [...bubbles, ...lines].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return all.map((one, i) => ('follows' in one && isEvent(all[i - 1]) ? { ...one, follows: false } : one));
}

const isEvent = (entry: Entry | undefined): boolean => entry !== undefined && 'event' in entry;

/** A text cut at its web addresses. */
function partsOf(text: string): TextPart[] {
  if (text === '') return [];
  return text
    .split(/(https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]])/)
    .map((part, i) => ({ text: part, link: i % 2 === 1 }))
    .filter((part) => part.text !== '');
}

const isUnread = ({ fromStaff, readAt, deletedAt }: Message, { staff }: Viewer): boolean =>
  fromStaff !== staff && readAt === null && deletedAt === null;

type Own = Pick<Message, 'createdAt' | 'deletedAt'> & { authorId: number | null };

// What is shown may be late by a clock's difference; whether it is, the database says when it is pressed.
const isChangeable = ({ authorId, deletedAt, createdAt }: Own, { id, now }: Viewer): boolean =>
  authorId === id && deletedAt === null && now.getTime() - createdAt.getTime() < changeMinutes * 60_000;

function follows(message: Message, viewer: Viewer, previous?: Message): boolean {
  if (
    !previous ||
    previous.authorId !== message.authorId ||
    previous.fromStaff !== message.fromStaff ||
    dayOf(message, viewer, previous)
  )
    return false;
  return message.createdAt.getTime() - previous.createdAt.getTime() < 5 * 60_000;
}

function dayOf({ createdAt }: Message, { zone, now }: Viewer, previous?: Message): Bubble['day'] {
  const day = calendarDay(createdAt, zone);
  if (previous && calendarDay(previous.createdAt, zone) === day) return null;
  const yesterday = calendarDay(new Date(now.getTime() - 86_400_000), zone);
  const word = day === calendarDay(now, zone) ? 'today' : day === yesterday ? 'yesterday' : null;
  return { date: createdAt, word };
}

const calendarDay = (moment: Date, zone: string): string => dateTimeFormat('en-CA', { timeZone: zone }).format(moment);

const pictures = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);
const videos = new Set(['video/mp4', 'video/webm', 'video/quicktime']);

function kindOf(mime: string): ShownFile['kind'] {
  if (pictures.has(mime)) return 'picture';
  return videos.has(mime) ? 'video' : 'file';
}
