// Whether two pictures show the same: both are made coarse first, so that the smoothing of letters
// does not count, while a colour, a line of text or a button that is missing does.
'use strict';

const kCell = 4; // pixels a side
const kColour = 20; // of 255: how far a cell's colour may be off
const kTile = 8; // cells a side
const kTileOff = 6; // of a tile's 64 cells: how many may be further off
const kTaller = 3; // pixels

// Runs in the page: a browser decodes pictures anyway.
async function measure({ wanted, actual, cell, colour, tile }) {
  const load = async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    return image;
  };
  const [one, other] = [await load(wanted), await load(actual)];
  const width = Math.ceil(Math.max(one.width, other.width) / cell);
  const height = Math.ceil(Math.max(one.height, other.height) / cell);
  const pixels = (image) => {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, image.width / cell, image.height / cell);
    return context.getImageData(0, 0, width, height).data;
  };
  const [a, b] = [pixels(one), pixels(other)];
  const tiles = new Map();
  for (let n = 0; n < a.length; n += 4) {
    const far = [0, 1, 2, 3].some((channel) => Math.abs(a[n + channel] - b[n + channel]) > colour);
    const place = (axis) => Math.floor(axis / tile) * tile * cell;
    const at = `${place((n / 4) % width)},${place(Math.floor(n / 4 / width))}`;
    if (far) tiles.set(at, (tiles.get(at) ?? 0) + 1);
  }
  const [at, off] = [...tiles].sort((x, y) => y[1] - x[1])[0] ?? ['', 0];
  return {
    at,
    off,
    wider: Math.abs(one.width - other.width),
    taller: Math.abs(one.height - other.height),
  };
}

// `page` is any page whose policy allows data: pictures. null: they show the same.
async function difference(page, wanted, actual) {
  const found = await page.evaluate(measure, {
    wanted: wanted.toString('base64'),
    actual: actual.toString('base64'),
    cell: kCell,
    colour: kColour,
    tile: kTile,
  });
  if (found.wider === 0 && found.taller <= kTaller && found.off <= kTileOff) return null;
  return `off by ${found.wider} in width, ${found.taller} in height, most at ${found.at}`;
}

module.exports = { difference };
