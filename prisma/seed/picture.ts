import { crc32, deflateSync } from 'node:zlib';
import type { Random } from './random.ts';

const width = 320;
const height = 568;
type Colour = [number, number, number];

/** A made-up screenshot of a chat, as a PNG: bubbles left and right, no words. */
export function chatPicture(random: Random): Buffer {
  const pixels = Buffer.alloc(width * height * 3, 0xf1);
  const accent = random.pick<Colour>([
    [51, 144, 236],
    [37, 178, 98],
    [115, 96, 242],
    [236, 116, 51],
  ]);
  paint(pixels, { x: 0, y: 0, w: width, h: 56 }, accent);
  paint(pixels, { x: 16, y: 14, w: 28, h: 28 }, [255, 255, 255]);
  paint(pixels, { x: 56, y: 18, w: random.between(80, 150), h: 8 }, [255, 255, 255]);
  for (let y = 76; y < height - 90; ) {
    const h = random.between(30, 74);
    const w = random.between(110, 220);
    const mine = random.chance(0.5);
    const x = mine ? width - w - 16 : 16;
    paint(pixels, { x, y, w, h }, mine ? accent : [255, 255, 255]);
    for (let line = y + 10; line < y + h - 10; line += 12) {
      paint(
        pixels,
        { x: x + 12, y: line, w: Math.round((w - 24) * (0.5 + random.next() * 0.5)), h: 4 },
        mine ? [255, 255, 255] : [150, 158, 168],
      );
    }
    y += h + 14;
  }
  return png(pixels);
}

function paint(pixels: Buffer, { x, y, w, h }: { x: number; y: number; w: number; h: number }, colour: Colour): void {
  for (let row = y; row < Math.min(y + h, height); row += 1) {
    for (let column = x; column < Math.min(x + w, width); column += 1) pixels.set(colour, (row * width + column) * 3);
  }
}

function png(pixels: Buffer): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) pixels.copy(rows, y * (width * 3 + 1) + 1, y * width * 3, (y + 1) * width * 3);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
