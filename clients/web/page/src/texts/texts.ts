/** The page's words in the person's language, and numbers, dates and sizes as that language has them. */
import { timestampDate, type Timestamp } from "@bufbuild/protobuf/wkt";
import { ApplicationStatus } from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { Date as CalendarDate } from "../../../src/gen/google/type/date_pb.js";
import { de } from "./de.js";
import { en } from "./en.js";

export type TextKey = keyof typeof en;
export type Locale = "en" | "de";

/** What can be counted: there is a text for one and a text for several. */
export type CountKey = { [Key in TextKey]: Key extends `${infer Name}_one` ? Name : never }[TextKey];

export const CATALOGUES: Readonly<Record<Locale, Readonly<Record<TextKey, string>>>> = { en, de };

const CHOSEN = "cvtailor-locale";
let current: Locale = "en";
/** The language with the region that the browser names, for numbers and dates. */
let region = "en";

/** The language that the page speaks now. */
export function locale(): Locale {
  return current;
}

/** Keeps another language for this browser; it is spoken after useLocale. */
export function chooseLocale(value: Locale): void {
  localStorage.setItem(CHOSEN, value);
}

/** Speaks the language that was chosen, else the browser's if the page knows it, else English. */
export function useLocale(): void {
  const wanted = [localStorage.getItem(CHOSEN) ?? "", ...navigator.languages].map((tag) => tag.slice(0, 2));
  current = wanted.find((tag): tag is Locale => tag in CATALOGUES) ?? "en";
  region = navigator.languages.find((tag) => tag.slice(0, 2) === current) ?? current;
  document.documentElement.lang = current;
}

/** Returns a text with its `{names}` filled in. */
export function t(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return CATALOGUES[current][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Returns a number with what it counts. */
export function counted(key: CountKey, count: number): string {
  return t(`${key}_${count === 1 ? "one" : "other"}` as TextKey, { count: count.toLocaleString(region) });
}

/** A share of 0 to 1 as percent. */
export function percent(share: number): string {
  return share.toLocaleString(region, { style: "percent", maximumFractionDigits: 0 });
}

/** A size in bytes, for people. */
export function fileSize(bytes: number): string {
  const [value, unit] =
    bytes < 1000 ? [bytes, "byte"] : bytes < 1e6 ? [bytes / 1000, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return value.toLocaleString(region, {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: unit === "megabyte" ? 1 : 0,
  });
}

/** How long something took. */
export function lasted(milliseconds: number): string {
  const isShort = milliseconds < 1000;
  const value = isShort ? Math.max(1, Math.round(milliseconds)) : milliseconds / 1000;
  return value.toLocaleString(region, {
    style: "unit",
    unit: isShort ? "millisecond" : "second",
    unitDisplay: "short",
    maximumFractionDigits: 1,
  });
}

/** The time of day. */
export function clock(moment: globalThis.Date): string {
  return moment.toLocaleTimeString(region, { hour: "2-digit", minute: "2-digit" });
}

/** The day of a moment, with its year if it is another one; empty if there is none. */
export function dayOf(moment: Timestamp | undefined): string {
  if (!moment) return "";
  const date = timestampDate(moment);
  const isThisYear = date.getFullYear() === new globalThis.Date().getFullYear();
  return date.toLocaleDateString(region, {
    day: "numeric",
    month: "short",
    ...(isThisYear ? {} : { year: "numeric" }),
  });
}

/** A moment to the minute; empty if there is none. */
export function momentOf(moment: Timestamp | undefined): string {
  return moment
    ? timestampDate(moment).toLocaleString(region, { dateStyle: "medium", timeStyle: "short" })
    : "";
}

/** A day of the calendar. */
export function dateOf({ year, month, day }: CalendarDate): string {
  const date = new globalThis.Date(globalThis.Date.UTC(year, Math.max(month, 1) - 1, Math.max(day, 1)));
  return date.toLocaleDateString(region, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** A language's name, by its code. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([current], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** What a status is called. */
export function statusName(status: ApplicationStatus): string {
  const key = `status_${ApplicationStatus[status]?.toLowerCase() ?? "unspecified"}`;
  return isKey(key) ? t(key) : t("status_unspecified");
}

/** The text key of a section of a CV, if the catalogue knows it. */
export function sectionKey(name: string): TextKey | undefined {
  const key = `section_${name}`;
  return isKey(key) ? key : undefined;
}

function isKey(key: string): key is TextKey {
  return key in en;
}
