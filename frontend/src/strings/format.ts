/** Numbers, dates and sizes as the chosen language and the browser's region write them. */
import { currentLocale } from "./language";

/** One formatter a locale: making one costs more than using it. */
function perLocale<T>(make: (locale: string) => T): () => T {
  const made = new Map<string, T>();
  return () => {
    const locale = currentLocale();
    const formatter = made.get(locale) ?? make(locale);
    made.set(locale, formatter);
    return formatter;
  };
}

const numbers = perLocale((locale) => new Intl.NumberFormat(locale));
const dateTimes = perLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }));
const dates = perLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }));
const days = perLocale((locale) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }));
const clocks = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
);
const relatives = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));

export function count(value: number): string {
  return numbers().format(value);
}

export function dateTime(iso: string): string {
  return dateTimes().format(new Date(iso));
}

/** `14:05`: hours and minutes of a day of 24 hours. */
export function clock(at: Date): string {
  return clocks().format(at);
}

export function date(iso: string): string {
  return dates().format(new Date(iso));
}

/** `28 Nov`: a day of about this year. */
export function shortDay(at: Date): string {
  return days().format(at);
}

/** `in 3 days`, `2 hours ago`. */
export function relative(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return relatives().format(Math.round(seconds), "second");
  if (size < 3600) return relatives().format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return relatives().format(Math.round(seconds / 3600), "hour");
  return relatives().format(Math.round(seconds / 86_400), "day");
}

export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${scaled.toFixed(power === 0 || scaled >= 100 ? 0 : 1)} ${units[power] ?? "B"}`;
}

/** A share between 0 and 1 as a percentage. */
export function percent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)}\u00a0%`;
}
