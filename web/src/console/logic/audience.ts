// Whom a message is meant for, as it is put together on the page.

export type Chip =
  { kind: 'department'; id: string; name: string } | { kind: 'user'; id: string; name: string };

export interface Audience {
  everyone: boolean;
  chips: readonly Chip[];
}

export const nobody: Audience = { everyone: false, chips: [] };

const same = (a: Chip, b: Chip) => a.kind === b.kind && a.id === b.id;

export function has(audience: Audience, kind: Chip['kind'], id: string): boolean {
  return audience.chips.some((chip) => chip.kind === kind && chip.id === id);
}

export function add(audience: Audience, chip: Chip): Audience {
  if (audience.chips.some((known) => same(known, chip))) return audience;
  return { ...audience, chips: [...audience.chips, chip] };
}

export function remove(audience: Audience, chip: Chip): Audience {
  return { ...audience, chips: audience.chips.filter((known) => !same(known, chip)) };
}

export function toggle(audience: Audience, chip: Chip): Audience {
  return has(audience, chip.kind, chip.id) ? remove(audience, chip) : add(audience, chip);
}

export function isEmpty(audience: Audience): boolean {
  return !audience.everyone && audience.chips.length === 0;
}

// As the server takes it. "Everyone" makes the chips meaningless, so they are not sent along.
export function toRequest(audience: Audience) {
  const ids = (kind: Chip['kind']) =>
    audience.chips.filter((chip) => chip.kind === kind).map((chip) => chip.id);
  return audience.everyone
    ? { everyone: true, department_ids: [], user_ids: [] }
    : { everyone: false, department_ids: ids('department'), user_ids: ids('user') };
}

// Ids that were pasted: one a line, or with commas, semicolons or blanks between them.
export function parseIds(text: string): string[] {
  return [...new Set(text.split(/[\s,;，；、]+/u).filter((id) => id !== ''))];
}
