// When a message was sent, as people say it. Formatters are kept: making one costs more than using
// it a thousand times.

const made = new Map<string, Intl.DateTimeFormat>();

function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let found = made.get(key);
  if (!found) made.set(key, (found = new Intl.DateTimeFormat(language, options)));
  return found;
}

const dayNumber = (time: Date) =>
  Math.round(Date.UTC(time.getFullYear(), time.getMonth(), time.getDate()) / 86_400_000);

export const sameDay = (a: string, b: string) => dayNumber(new Date(a)) === dayNumber(new Date(b));

export const clockTime = (language: string, at: string) =>
  formatter(language, { hour: '2-digit', minute: '2-digit' }).format(new Date(at));

export const fullTime = (language: string, at: string) =>
  formatter(language, { dateStyle: 'full', timeStyle: 'short' }).format(new Date(at));

export function dayName(
  language: string,
  at: string,
  words: { today: string; yesterday: string },
  now = new Date(),
): string {
  const time = new Date(at);
  const daysAgo = dayNumber(now) - dayNumber(time);
  if (daysAgo === 0) return words.today;
  if (daysAgo === 1) return words.yesterday;
  const year = time.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return formatter(language, { weekday: 'long', day: 'numeric', month: 'long', year }).format(time);
}
