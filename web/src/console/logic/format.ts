// Numbers, times and spans in the operator's language.

export function formats(language: string) {
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const compact = new Intl.NumberFormat(language, { notation: 'compact' });
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  // In tables: the year only where it is another one.
  const parts = {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  } as const;
  const near = new Intl.DateTimeFormat(language, parts);
  const far = new Intl.DateTimeFormat(language, { ...parts, year: 'numeric' });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const unit = (name: string) =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'narrow' });
  const [hours, minutes, seconds] = [unit('hour'), unit('minute'), unit('second')];

  return {
    number: (value: number | null | undefined) => (value == null ? '–' : number.format(value)),
    compact: (value: number) => compact.format(value),
    // Rounded down, so that 100 % is said only when it is true.
    percent: (part: number | null | undefined, whole: number) =>
      part == null || whole <= 0
        ? '–'
        : percent.format(part >= whole ? 1 : Math.floor((part / whole) * 1000) / 1000),
    time: (value: string | null | undefined) => (value ? time.format(new Date(value)) : '–'),
    moment: (value: string | null | undefined) => {
      if (!value) return '–';
      const at = new Date(value);
      return (at.getFullYear() === new Date().getFullYear() ? near : far).format(at);
    },
    clock: (value: number | string) => clock.format(new Date(value)),
    ago: (value: string, now = Date.now()) => {
      const past = (new Date(value).getTime() - now) / 1000;
      const size = Math.abs(past);
      if (size < 60) return relative.format(Math.round(past), 'second');
      if (size < 3600) return relative.format(Math.round(past / 60), 'minute');
      if (size < 86400) return relative.format(Math.round(past / 3600), 'hour');
      return relative.format(Math.round(past / 86400), 'day');
    },
    span: (value: number | null) => {
      if (value === null) return '–';
      const whole = Math.ceil(value);
      if (whole < 60) return seconds!.format(whole);
      if (whole < 3600)
        return `${minutes!.format(Math.floor(whole / 60))} ${seconds!.format(whole % 60)}`;
      return `${hours!.format(Math.floor(whole / 3600))} ${minutes!.format(Math.floor((whole % 3600) / 60))}`;
    },
  };
}
export type Formats = ReturnType<typeof formats>;
