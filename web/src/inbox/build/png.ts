// A PNG of the icon, from the same drawing as its SVG. The build needs no graphics library: paths
// of lines and cubic curves are flattened and filled by the non-zero rule, 16 samples a pixel.

import { deflateSync } from 'node:zlib';

type Point = [number, number];

const CURVE_STEPS = 24;
const SUB = 4; // samples a pixel, in each direction

// The closed outlines of a path of M, L, C and Z with absolute coordinates.
export function outlines(path: string): Point[][] {
  const out: Point[][] = [];
  let current: Point[] = [];
  for (const [, command, rest] of path.matchAll(/([MLCZ])([^MLCZ]*)/g)) {
    const n = (rest!.match(/-?[\d.]+/g) ?? []).map(Number);
    if (command === 'M') out.push((current = [[n[0]!, n[1]!]]));
    if (command === 'L') {
      for (let i = 0; i < n.length; i += 2) current.push([n[i]!, n[i + 1]!]);
    }
    if (command !== 'C') continue;
    for (let i = 0; i < n.length; i += 6) {
      const [x0, y0] = current[current.length - 1]!;
      const [x1, y1, x2, y2, x3, y3] = n.slice(i, i + 6) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      for (let step = 1; step <= CURVE_STEPS; ++step) {
        const t = step / CURVE_STEPS;
        const u = 1 - t;
        const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
        current.push([a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3]);
      }
    }
  }
  return out;
}

// Where a horizontal line is inside, as pairs of x.
function spans(shapes: Point[][], y: number): Point[] {
  const crossings: Point[] = [];
  for (const shape of shapes) {
    shape.forEach(([x0, y0], i) => {
      const [x1, y1] = shape[(i + 1) % shape.length]!;
      if (y0 <= y === y1 <= y) return;
      crossings.push([x0 + ((y - y0) / (y1 - y0)) * (x1 - x0), y1 > y0 ? 1 : -1]);
    });
  }
  crossings.sort(([a], [b]) => a - b);
  const out: Point[] = [];
  let winding = 0;
  let begin = 0;
  for (const [x, direction] of crossings) {
    if (winding === 0) begin = x;
    winding += direction;
    if (winding === 0) out.push([begin, x]);
  }
  return out;
}

const rgb = (colour: string): [number, number, number] => [
  parseInt(colour.slice(1, 3), 16),
  parseInt(colour.slice(3, 5), 16),
  parseInt(colour.slice(5, 7), 16),
];

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; ++bit) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

export interface Drawing {
  path: string;
  size: number; // of the square in which the path is drawn
  ground: string;
  ink: string;
}

export function png({ path, size, ground, ink }: Drawing, pixels: number): Buffer {
  const shapes = outlines(path);
  const [paper, pen] = [rgb(ground), rgb(ink)];
  const rows: Buffer[] = [];
  for (let row = 0; row < pixels; ++row) {
    const covered = new Float64Array(pixels);
    for (let sub = 0; sub < SUB; ++sub) {
      const y = ((row + (sub + 0.5) / SUB) * size) / pixels;
      for (const [from, to] of spans(shapes, y)) {
        const [a, b] = [(from * pixels) / size, (to * pixels) / size];
        for (let x = Math.floor(a); x < Math.min(pixels, Math.ceil(b)); ++x) {
          covered[x]! += (Math.min(b, x + 1) - Math.max(a, x)) / SUB;
        }
      }
    }
    const line = Buffer.alloc(1 + pixels * 3);
    covered.forEach((part, x) => {
      for (let c = 0; c < 3; ++c) {
        line[1 + x * 3 + c] = Math.round(paper[c]! + (pen[c]! - paper[c]!) * Math.min(1, part));
      }
    });
    rows.push(line);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(pixels, 0);
  head.writeUInt32BE(pixels, 4);
  head.set([8, 2, 0, 0, 0], 8); // eight bits, RGB
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
