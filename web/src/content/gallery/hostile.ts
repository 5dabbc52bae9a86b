// A sample whose words somebody else chose.

/** `value` with `put` instead of every string, except under the names that `keep` says. */
export function replaced(
  value: unknown,
  put: string,
  keep: (name: string) => boolean,
  name = '',
): unknown {
  if (typeof value === 'string') return keep(name) ? value : put;
  if (Array.isArray(value)) return value.map((inner) => replaced(inner, put, keep, name));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value);
  return Object.fromEntries(members.map(([key, inner]) => [key, replaced(inner, put, keep, key)]));
}

const structure = ['tag', 'type', 'data_type', 'flex_mode', 'schema', 'width', 'style'];

/** What makes a thing the thing it is: with another word there it would be another thing. */
export const isStructure = (name: string): boolean => structure.includes(name);
