import { expect, test } from "vitest";
import { wordDiff } from "../../page/src/model/word_diff.js";

const told = (before: string, after: string) =>
  wordDiff(before, after).map(({ kind, text }) => `${kind[0]}:${text}`);

test("moved words are taken out and put in", () => {
  expect(told("Redis, PostgreSQL", "PostgreSQL, Redis")).toEqual(["r:Redis, ", "s:PostgreSQL", "a:, Redis"]);
});

test("a comma more is only a comma", () => {
  expect(told("own API design", "own API, design")).toEqual(["s:own API", "a:, ", "s:design"]);
});

test("both sentences can be put together again", () => {
  const [before, after] = [
    "Built C++ services (2.5 years), e.g. for S/4HANA.",
    "Built services in C++ for S/4HANA (2.5 years).",
  ];
  const diff = wordDiff(before, after);
  const joined = (left: string) =>
    diff
      .filter(({ kind }) => kind !== left)
      .map(({ text }) => text.trim())
      .join(" ")
      .replace(/\s+/g, "");
  expect(joined("removed")).toBe(after.replace(/\s+/g, ""));
  expect(joined("added")).toBe(before.replace(/\s+/g, ""));
});

test("a very long text is not compared word by word", () => {
  expect(wordDiff("a ".repeat(700), "b")).toHaveLength(2);
});
