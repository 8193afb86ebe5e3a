import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import {
  CATALOGUES,
  chooseLocale,
  counted,
  fileSize,
  lasted,
  languageName,
  percent,
  statusName,
  t,
  useLocale,
  type TextKey,
} from "../../page/src/texts/texts.js";
import { ApplicationStatus } from "../../src/gen/cvtailor/v1/application_pb.js";

const SOURCES = join(import.meta.dirname, "../../page/src");
const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

beforeEach(() => localStorage.clear());

describe("the catalogues", () => {
  const { en, de } = CATALOGUES;

  test("have the same keys, and a text for each", () => {
    expect(Object.keys(de)).toEqual(Object.keys(en));
    for (const text of [...Object.values(de), ...Object.values(en)]) expect(text.trim()).not.toBe("");
  });

  test("have the same placeholders", () => {
    const keys = Object.keys(en) as TextKey[];
    const differs = (key: TextKey) => String(placeholders(de[key])) !== String(placeholders(en[key]));
    expect(keys.filter(differs)).toEqual([]);
  });

  test("hold nothing that the page doesn't say", () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".ts") && !/texts\/(en|de)\.ts/.test(name),
    );
    const source = files.map((name) => readFileSync(join(SOURCES, name), "utf8")).join("\n");
    const isSaid = (key: string) => {
      const name = key.replace(/_(one|other)$/, "");
      const family = /^(status|section|phase|column|columnEmpty)_/.exec(key)?.[0];
      return source.includes(`"${name}"`) || (family !== undefined && source.includes(`\`${family}\${`));
    };
    expect(Object.keys(en).filter((key) => !isSaid(key))).toEqual([]);
  });
});

describe("the language", () => {
  const speaks = (...languages: string[]) => {
    vi.spyOn(navigator, "languages", "get").mockReturnValue(languages);
    useLocale();
    return document.documentElement.lang;
  };

  test("is the browser's first one that the page knows, else English", () => {
    expect(speaks("fr-FR", "de-AT", "en")).toBe("de");
    expect(speaks("fr-FR")).toBe("en");
  });

  test("is the chosen one, whatever the browser's", () => {
    chooseLocale("de");
    expect(speaks("en-GB")).toBe("de");
    expect(t("sentOn", { date: "heute", version: 2 })).toContain("Verschickt heute, Version 2");
  });

  test("words numbers and names", () => {
    speaks("de-DE");
    expect([counted("lines", 1), counted("lines", 1200)]).toEqual(["1 Zeile", "1.200 Zeilen"]);
    expect(percent(0.934)).toMatch(/^93\s?%$/);
    expect(languageName("fr")).toBe("Französisch");
    expect(fileSize(43_323)).toMatch(/^43\s?kB$/);
    expect([lasted(15.4), lasted(1340)]).toEqual(["15 ms", "1,3 Sek."]);
  });

  test("names every status of the contract", () => {
    speaks("en");
    const statuses = Object.values(ApplicationStatus).filter((value) => typeof value === "number");
    expect(new Set(statuses.map(statusName)).size).toBe(statuses.length);
  });
});
