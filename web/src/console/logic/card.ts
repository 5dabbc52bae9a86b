// Cards are written as JSON: what is wrong with a text, and where; and cards to begin with.

export type CardCheck =
  | { ok: true; card: Record<string, unknown> }
  | { ok: false; problem: 'json' | 'object' | 'shape' | 'size'; line?: number; column?: number };

const kBytesMax = 30 * 1024;

// Where the text stops being JSON. Engines word this differently (a position, a line and column, or
// only the text around it), so it is looked for by ourselves: the longest part that could go on.
export function placeOfFault(text: string): { line: number; column: number } {
  const at = scan(text);
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { line, column: at - before.lastIndexOf('\n') };
}

// A small reader of JSON that answers the offset of the first character that does not belong.
function scan(text: string): number {
  let at = 0;
  const fault = (): never => {
    throw at;
  };
  const blanks = () => {
    while (/[ \t\r\n]/u.test(text[at] ?? '')) ++at;
  };
  const word = (expected: string) => {
    for (const letter of expected) {
      if (text[at] !== letter) fault();
      ++at;
    }
  };
  const string = () => {
    word('"');
    for (;;) {
      const c = text[at];
      if (c === undefined || c < ' ') fault();
      ++at;
      if (c === '"') return;
      if (c === '\\') {
        if (text[at] === 'u') {
          ++at;
          for (let n = 0; n < 4; ++n, ++at) if (!/[0-9a-fA-F]/u.test(text[at] ?? '')) fault();
        } else if ('"\\/bfnrt'.includes(text[at] ?? ' ')) ++at;
        else fault();
      }
    }
  };
  const list = (close: string, item: () => void) => {
    ++at;
    blanks();
    if (text[at] === close) {
      ++at;
      return;
    }
    for (;;) {
      item();
      blanks();
      if (text[at] === close) {
        ++at;
        return;
      }
      if (text[at] !== ',') fault();
      ++at;
    }
  };
  const value = (): void => {
    blanks();
    const c = text[at];
    if (c === '{')
      list('}', () => {
        blanks();
        string();
        blanks();
        word(':');
        value();
      });
    else if (c === '[') list(']', value);
    else if (c === '"') string();
    else if (c === 't') word('true');
    else if (c === 'f') word('false');
    else if (c === 'n') word('null');
    else {
      const number = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/u.exec(text.slice(at));
      if (!number) fault();
      at += number![0].length;
    }
  };
  try {
    value();
    blanks();
    return at;
  } catch (place) {
    return place as number;
  }
}

export function check(text: string): CardCheck {
  let card: unknown;
  try {
    card = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'json', ...placeOfFault(text) };
  }
  if (typeof card !== 'object' || card === null || Array.isArray(card))
    return { ok: false, problem: 'object' };
  const fields = card as Record<string, unknown>;
  const template = fields.type === 'template' && typeof fields.data === 'object';
  const bodied =
    Array.isArray(fields.elements) ||
    typeof fields.i18n_elements === 'object' ||
    typeof fields.body === 'object';
  if (!template && !bodied) return { ok: false, problem: 'shape' };
  if (new TextEncoder().encode(JSON.stringify(card)).length > kBytesMax)
    return { ok: false, problem: 'size' };
  return { ok: true, card: fields };
}

const title = (content: string, template: string) => ({
  template,
  title: { tag: 'plain_text', content },
});

export const kTemplates = {
  notice: {
    config: { wide_screen_mode: true },
    header: title('Notice', 'blue'),
    elements: [
      { tag: 'div', text: { tag: 'lark_md', content: 'Hello, **what is new** in one sentence.' } },
      { tag: 'hr' },
      { tag: 'note', elements: [{ tag: 'plain_text', content: 'Sent with Carillon' }] },
    ],
  },
  facts: {
    config: { wide_screen_mode: true },
    header: title('Maintenance on Saturday', 'orange'),
    elements: [
      {
        tag: 'div',
        fields: [
          { is_short: true, text: { tag: 'lark_md', content: '**From**\nSaturday 22:00' } },
          { is_short: true, text: { tag: 'lark_md', content: '**Until**\nSunday 02:00' } },
        ],
      },
      {
        tag: 'action',
        actions: [
          {
            tag: 'button',
            type: 'primary',
            text: { tag: 'plain_text', content: 'Read more' },
            url: 'https://example.com',
          },
        ],
      },
    ],
  },
  columns: {
    schema: '2.0',
    header: title('This week', 'turquoise'),
    body: {
      elements: [
        { tag: 'markdown', content: '**Three things** to know' },
        {
          tag: 'column_set',
          columns: ['Monday', 'Wednesday', 'Friday'].map((day) => ({
            tag: 'column',
            width: 'weighted',
            weight: 1,
            elements: [{ tag: 'markdown', content: `**${day}**\nSomething happens` }],
          })),
        },
      ],
    },
  },
} as const;
export type TemplateName = keyof typeof kTemplates;
