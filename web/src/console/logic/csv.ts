// Pages of a CSV, each with the same first line, as one file. A spreadsheet takes it for UTF-8 by its
// mark at the start.
export function joinCsv(pages: readonly string[]): string {
  const bodies = pages.map((page, index) => {
    const text = page.startsWith('\uFEFF') ? page.slice(1) : page;
    const body = index === 0 ? text : text.slice(text.indexOf('\n') + 1);
    return body === '' || body.endsWith('\n') ? body : `${body}\r\n`;
  });
  return `\uFEFF${bodies.join('')}`;
}
