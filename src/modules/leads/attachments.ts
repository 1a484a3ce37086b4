import { Refusal } from '../../errors.ts';
import { mimeOf, type Upload } from '../../files/files.ts';

export const maxMegabytes = 30;
export const maxFiles = 10;

/** What a file field offers; the bytes decide. */
export const accept = 'image/*,video/*,.pdf,.doc,.docx';

const pictures = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/heic', 'image/heif'];
const videos = ['video/mp4', 'video/x-m4v', 'video/quicktime', 'video/webm'];
const documents = [
  'application/pdf',
  'application/x-cfb',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
];
const allowed = new Set([...pictures, ...videos, ...documents]);

export type FileKind = 'picture' | 'video' | 'document';

/** How a page shows a file. Browsers show no HEIC, so it is offered as a document is. */
export function fileKind(mime: string): FileKind {
  if (pictures.includes(mime) && !mime.startsWith('image/hei')) return 'picture';
  return mime.startsWith('video/') ? 'video' : 'document';
}

/** Throws a Refusal unless the bytes are those of a picture, a video or a document; the name does not matter. */
export async function checkAttachment(upload: Upload): Promise<void> {
  if (upload.size === 0) throw new Refusal('leads:errors.fileEmpty', { name: upload.originalName }, 'files');
  const mime = await mimeOf(upload.path);
  // An old .doc and an old .xls are the same container: only the name tells them apart.
  const isDoc = mime !== 'application/x-cfb' || /\.doc$/i.test(upload.originalName);
  if (!allowed.has(mime) || !isDoc) throw new Refusal('leads:errors.fileType', { name: upload.originalName }, 'files');
}
