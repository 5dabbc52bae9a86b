// The bell, drawn once: on the page, in the manifest's SVG and in the PNGs made from it.
// Lines and cubic curves only (M, L, C, Z), in a square of 512.

export const ICON_SIZE = 512;
export const ICON_GROUND = '#2a5bd7';
export const ICON_INK = '#ffffff';
export const BELL =
  'M256 96 C178 96 146 154 146 220 C146 302 122 324 104 350 C98 360 104 372 116 372 ' +
  'L396 372 C408 372 414 360 408 350 C390 324 366 302 366 220 C366 154 334 96 256 96 Z ' +
  'M208 396 C212 424 232 440 256 440 C280 440 300 424 304 396 Z ' +
  'M236 100 C236 84 244 72 256 72 C268 72 276 84 276 100 Z';
