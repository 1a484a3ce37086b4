import type { Message, Update } from 'grammy/types';
import type { Line, RawUpdate, Stranger } from '../telegram/index.ts';

export type IncomingFile = { id: string; name: string; size: number };
export type Said = {
  kind: 'message' | 'edit';
  from: Stranger;
  /** Telegram's number of the message, and with the rest of its album all of them. */
  id: number;
  ids: number[];
  album: string | null;
  text: string;
  /** What stands for something that has neither words nor a file. */
  instead: Line | null;
  files: IncomingFile[];
  /** A phone shared by a button. */
  phone: string | null;
  /** The message that it answers. */
  answers: number | null;
};
export type Pressed = { kind: 'pressed'; from: Stranger; callback: string; data: string; message: number };
export type Membership = { kind: 'membership'; from: Stranger; blocked: boolean };
export type Incoming = Said | Pressed | Membership;

/** What an update says to us; null for what is none of our business. */
export function incomingOf(raw: RawUpdate): Incoming | null {
  const update = raw as unknown as Update;
  if (update.message) return said('message', update.message);
  if (update.edited_message) return said('edit', update.edited_message);
  if (update.callback_query) return pressed(update.callback_query);
  const member = update.my_chat_member;
  if (!member) return null;
  return {
    kind: 'membership',
    from: strangerOf(member.chat, member.from),
    blocked: member.new_chat_member.status === 'kicked',
  };
}

function said(kind: Said['kind'], message: Message): Said | null {
  if (!message.from) return null;
  const text = message.text ?? message.caption ?? '';
  const files = filesOf(message);
  return {
    kind,
    from: strangerOf(message.chat, message.from),
    id: message.message_id,
    ids: [message.message_id],
    album: message.media_group_id ?? null,
    text,
    instead: text === '' && files.length === 0 ? insteadOf(message) : null,
    files,
    phone: message.contact && message.contact.user_id === message.from.id ? message.contact.phone_number : null,
    answers: message.reply_to_message?.message_id ?? null,
  };
}

function pressed({ id, from, message, data }: NonNullable<Update['callback_query']>): Pressed | null {
  if (!message || data === undefined) return null;
  return { kind: 'pressed', from: strangerOf(message.chat, from), callback: id, data, message: message.message_id };
}

type From = { first_name: string; last_name?: string; username?: string; language_code?: string };

function strangerOf(chat: { id: number }, from: From): Stranger {
  const name = [from.first_name, from.last_name].filter(Boolean).join(' ').toWellFormed().trim().slice(0, 120);
  // Languages in which one reads Russian sooner than English.
  const russian = /^(ru|uk|be|kk|ky|uz|tg|hy|az|ka)/.test(from.language_code ?? 'ru');
  return {
    chatId: String(chat.id),
    name: name || 'Telegram',
    username: from.username ?? null,
    locale: russian ? 'ru' : 'en',
  };
}

function filesOf(message: Message): IncomingFile[] {
  const { document, audio, video, voice, video_note: note, animation } = message;
  const photo = message.photo?.at(-1);
  if (photo) return [{ id: photo.file_id, name: `photo-${message.message_id}.jpg`, size: photo.file_size ?? 0 }];
  // An animation comes as a document besides.
  const named = animation ?? document ?? audio ?? video;
  if (named) return [fileOf(named, named.file_name ?? `file-${message.message_id}${animation || video ? '.mp4' : ''}`)];
  if (voice) return [fileOf(voice, `voice-${message.message_id}.ogg`)];
  return note ? [fileOf(note, `video-${message.message_id}.mp4`)] : [];
}

const fileOf = (file: { file_id: string; file_size?: number }, name: string): IncomingFile => ({
  id: file.file_id,
  name: name
    .toWellFormed()
    .replace(/\p{Cc}/gu, '')
    .slice(0, 255),
  size: file.file_size ?? 0,
});

function insteadOf({ sticker, contact, location, venue, poll, dice }: Message): Line {
  if (sticker) return { key: 'telegram:instead.sticker', params: { emoji: sticker.emoji ?? '' } };
  if (contact)
    return { text: `📇 ${[contact.first_name, contact.last_name].filter(Boolean).join(' ')}, ${contact.phone_number}` };
  const place = venue?.location ?? location;
  if (place)
    return { text: `📍 ${venue ? `${venue.title}, ${venue.address}, ` : ''}${place.latitude}, ${place.longitude}` };
  if (poll) return { text: `📊 ${[poll.question, ...poll.options.map((option) => `– ${option.text}`)].join('\n')}` };
  if (dice) return { text: `${dice.emoji} ${dice.value}` };
  return { key: 'telegram:instead.other' };
}
