// Which rows of a long list of uneven heights have to exist, and how far down each begins.
//
// Cost    Heights are summed once per change of the list; a look-up is a binary search.

export class Offsets {
  private starts = new Float64Array(1);
  private count = 0;

  rebuild<T>(rows: readonly T[], heightOf: (row: T) => number): void {
    this.count = rows.length;
    if (this.starts.length <= this.count) this.starts = new Float64Array(this.count * 2 + 1);
    let y = 0;
    for (let i = 0; i < this.count; ++i) {
      this.starts[i] = y;
      y += heightOf(rows[i]!);
    }
    this.starts[this.count] = y;
  }

  get total(): number {
    return this.starts[this.count]!;
  }

  start(index: number): number {
    return this.starts[Math.min(Math.max(index, 0), this.count)]!;
  }

  // The row at a height; the nearest one outside of the list.
  at(y: number): number {
    let [low, high] = [0, Math.max(0, this.count - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // The rows that `top` .. `top + height` shows, and some more on both sides; `to` is left out.
  range(top: number, height: number, margin: number): { from: number; to: number } {
    if (this.count === 0) return { from: 0, to: 0 };
    return { from: this.at(top - margin), to: this.at(top + height + margin) + 1 };
  }
}
