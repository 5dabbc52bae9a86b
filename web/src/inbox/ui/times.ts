// When a message was sent, as people say it. Formatters are kept: making one costs more than using
// it a thousand times.

const DAY_MS = 86_400_000;

const made = new Map<string, Intl.DateTimeFormat>();

function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let found = made.get(key);
  if (!found) made.set(key, (found = new Intl.DateTimeFormat(language, options)));
  return found;
}

export const dayNumber = (time = new Date()) =>
  Math.round(Date.UTC(time.getFullYear(), time.getMonth(), time.getDate()) / DAY_MS);

export const sameDay = (a: string, b: string) => dayNumber(new Date(a)) === dayNumber(new Date(b));

export const clockTime = (language: string, at: string) =>
  formatter(language, { hour: '2-digit', minute: '2-digit' }).format(new Date(at));

export const fullTime = (language: string, at: string) =>
  formatter(language, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(at));

export function dayName(
  language: string,
  at: string,
  words: { today: string; yesterday: string },
  today = dayNumber(),
): string {
  const time = new Date(at);
  const daysAgo = today - dayNumber(time);
  if (daysAgo === 0) return words.today;
  if (daysAgo === 1) return words.yesterday;
  const year =
    time.getFullYear() === new Date(today * DAY_MS).getUTCFullYear() ? undefined : 'numeric';
  return formatter(language, { weekday: 'long', day: 'numeric', month: 'long', year }).format(time);
}
