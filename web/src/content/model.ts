// What a message shows, whoever's dialect it was written in: a small tree of blocks and inlines.
// Every parser ends here and one view draws it, so what may reach the page is decided in one place:
// there is no node for markup, script or style, and a `href` has passed `safeHref`.

export type Mark = 'bold' | 'italic' | 'underline' | 'strike' | 'code';

export const tones = [
  'blue',
  'wathet',
  'turquoise',
  'green',
  'lime',
  'yellow',
  'orange',
  'red',
  'carmine',
  'violet',
  'purple',
  'indigo',
  'grey',
] as const;
export type Tone = (typeof tones)[number];

/** A picture: `key` if our own server has it, otherwise `remote` is where it would have been. */
export interface Picture {
  key: string | null;
  remote: string | null;
  alt: string;
  width?: number;
  height?: number;
}

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'break' }
  | { kind: 'mark'; mark: Mark; children: Inline[] }
  | { kind: 'tone'; tone: Tone; children: Inline[] }
  | { kind: 'label'; tone: Tone; text: string }
  | { kind: 'link'; href: string | null; children: Inline[] }
  | { kind: 'mention'; id: string; name: string; all: boolean }
  | { kind: 'picture'; picture: Picture; still?: true }; // still: too small to open

export type Align = 'left' | 'center' | 'right';

/** Something to press. Without `href` it did something in the vendor's own client only. */
export interface Action {
  text: string;
  href: string | null;
  look: 'plain' | 'primary' | 'danger';
}

/** As wide as their words; all as wide; one below the other, each over the whole width. */
export type ActionLayout = 'row' | 'even' | 'stack';

export interface Column {
  weight: number; // 0: as wide as what it holds
  background: Tone | null;
  blocks: Block[];
}

export interface CardHeader {
  title: Inline[];
  subtitle: Inline[];
  tone: Tone | null;
  labels: { tone: Tone; text: string }[];
}

export type Block =
  | { kind: 'paragraph'; children: Inline[]; align?: Align; size?: 'small' | 'large' }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][]; align: Align[] }
  | { kind: 'rule' }
  | { kind: 'picture'; picture: Picture; caption: Inline[]; small: boolean }
  | { kind: 'pictures'; pictures: Picture[] }
  | {
      kind: 'attachment';
      what: 'file' | 'voice' | 'video';
      key: string | null;
      name: string;
      seconds: number;
    }
  | { kind: 'group'; id: string }
  | { kind: 'fields'; items: { short: boolean; children: Block[] }[] }
  | { kind: 'pairs'; items: { key: string; value: string }[] }
  | { kind: 'figure'; number: string; unit: string }
  | { kind: 'beside'; blocks: Block[]; extra: Block }
  | { kind: 'columns'; columns: Column[]; background: Tone | null }
  | { kind: 'actions'; actions: Action[]; layout: ActionLayout }
  | { kind: 'choice'; prompt: string; options: Action[] }
  | { kind: 'details'; title: Inline[]; blocks: Block[]; open: boolean }
  | { kind: 'note'; blocks: Block[] }
  | { kind: 'status'; text: string; tone: Tone }
  | { kind: 'attachments'; count: string }
  | { kind: 'author'; name: string }
  | { kind: 'template' }
  | { kind: 'unknown'; what: string; lines: string[] }
  | { kind: 'card'; header: CardHeader | null; href: string | null; blocks: Block[] };

export const textOf = (text: string): Inline[] => (text === '' ? [] : [{ kind: 'text', text }]);
