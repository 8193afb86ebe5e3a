import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import {
  baseSections,
  entryNames,
  entryOf,
  evidenceTexts,
  fateCounts,
  leftOutIds,
  placeOf,
  tailoredSections,
} from "../../page/src/model/line_changes.js";
import { LineChangeSchema, LineFate } from "../../src/gen/cvtailor/v1/application_pb.js";

const change = (fate: LineFate, claimId: string, evidenceIds: string[], before: string, after = before) =>
  create(LineChangeSchema, { fate, claimId, evidenceIds, before, after });

const CHANGES = [
  change(
    LineFate.COMPOSED,
    "headline",
    ["contact.headline", "skills[0].text"],
    "Engineer\nPython",
    "Python engineer",
  ),
  change(LineFate.KEPT, "experience[0].highlights[0]", ["experience[0].highlights[10]"], "Tenth"),
  change(LineFate.REWORDED, "experience[0].highlights[1]", ["experience[0].highlights[2]"], "Second", "2nd"),
  change(LineFate.LEFT_OUT, "", ["experience[1].highlights[0]"], "Other job", ""),
];

test("an address is taken apart", () => {
  expect(placeOf("experience[1].highlights[3]")).toEqual({
    section: "experience",
    entry: 1,
    field: "highlights",
    line: 3,
  });
  expect(placeOf("headline")).toEqual({ section: "headline", entry: -1, field: "", line: -1 });
  expect(entryOf("experience[1].highlights[3]")).toBe("experience[1]");
});

test("a line made of several gives each of them its own words", () => {
  const texts = evidenceTexts(CHANGES);
  expect(texts.get("contact.headline")).toBe("Engineer");
  expect(texts.get("skills[0].text")).toBe("Python");
});

test("words that can't be told apart are given to no line", () => {
  const torn = change(LineFate.COMPOSED, "headline", ["a[0].text", "b[0].text"], "one\ntwo\nthree");
  expect(evidenceTexts([torn]).size).toBe(0);
});

test("what was left out is not among the printed lines", () => {
  const lines = tailoredSections(CHANGES).flatMap((section) => section.lines);
  expect(lines.map((line) => line.after)).toEqual(["Python engineer", "Tenth", "2nd"]);
  expect(leftOutIds(CHANGES)).toEqual(new Set(["experience[1].highlights[0]"]));
});

test("the base CV is in its own order, by number and not by letter", () => {
  const experience = baseSections(CHANGES).find(({ name }) => name === "experience");
  expect(experience?.lines.map((line) => line.text)).toEqual(["Second", "Tenth", "Other job"]);
});

test("fates are counted", () => {
  expect(fateCounts(CHANGES).get(LineFate.KEPT)).toBe(1);
});

test("an entry is called by its name, unless its own facts tell it", () => {
  const named = (evidenceIds: string[]) =>
    create(LineChangeSchema, { fate: LineFate.LEFT_OUT, evidenceIds, entry: "Engineer, Acme" });
  const names = entryNames([
    named(["experience[0].highlights[0]"]),
    named(["experience[1].title", "experience[1].organisation"]),
    named(["experience[1].highlights[0]"]),
  ]);
  expect(Array.from(names)).toEqual([["experience[0]", "Engineer, Acme"]]);
});
