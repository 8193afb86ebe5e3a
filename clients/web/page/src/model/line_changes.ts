/** The diff between the base CV and the tailored one, arranged for reading. */
import { LineFate, type LineChange } from "../../../src/gen/cvtailor/v1/application_pb.js";

/** Where a line stands: `experience[1].highlights[3]`, taken apart. */
export interface Place {
  section: string;
  entry: number;
  field: string;
  line: number;
}

/** A line of the base CV. */
export interface BaseLine {
  id: string;
  text: string;
}

/** Lines of one section, in the order in which they are read. */
export interface Section<Line> {
  name: string;
  lines: Line[];
}

const FACTS: ReadonlySet<string> = new Set(["title", "organisation", "degree"]);

/** Takes an id apart; numbers that it doesn't have are -1. */
export function placeOf(id: string): Place {
  const parts = /^(\w+)(?:\[(\d+)\])?(?:\.(\w+)(?:\[(\d+)\])?)?$/.exec(id);
  return {
    section: parts?.[1] ?? id,
    entry: Number(parts?.[2] ?? -1),
    field: parts?.[3] ?? "",
    line: Number(parts?.[4] ?? -1),
  };
}

/** The entry a line belongs to (`experience[1]`), or the line itself if it belongs to none. */
export function entryOf(id: string): string {
  return id.split(".", 1)[0] ?? id;
}

/** The words of every line of the base CV that the diff tells of, by id. */
export function evidenceTexts(changes: readonly LineChange[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const change of changes) {
    const words = change.evidenceIds.length === 1 ? [change.before] : change.before.split("\n");
    if (words.length !== change.evidenceIds.length) continue;
    change.evidenceIds.forEach((id, index) => texts.set(id, words[index] ?? ""));
  }
  return texts;
}

/** The printed lines by section, in reading order. */
export function tailoredSections(changes: readonly LineChange[]): Section<LineChange>[] {
  const printed = changes.filter((change) => change.fate !== LineFate.LEFT_OUT);
  return bySection(printed, (change) => sectionOf(change.claimId));
}

/** The base CV's lines by section, each section in the base CV's order. */
export function baseSections(changes: readonly LineChange[]): Section<BaseLine>[] {
  const lines = Array.from(evidenceTexts(changes), ([id, text]) => ({ id, text }));
  const sections = bySection(lines, (line) => sectionOf(line.id));
  for (const section of sections) section.lines.sort((one, other) => compareIds(one.id, other.id));
  return sections;
}

/** What each entry of the base CV is called, by its id; not of those whose own facts the diff tells. */
export function entryNames(changes: readonly LineChange[]): Map<string, string> {
  const names = new Map<string, string>();
  const told = new Set<string>();
  for (const { entry, evidenceIds } of changes) {
    for (const id of evidenceIds) {
      if (entry) names.set(entryOf(id), entry);
      if (FACTS.has(placeOf(id).field)) told.add(entryOf(id));
    }
  }
  for (const entry of told) names.delete(entry);
  return names;
}

/** The ids of base lines that no printed line rests on. */
export function leftOutIds(changes: readonly LineChange[]): Set<string> {
  const left = changes.filter((change) => change.fate === LineFate.LEFT_OUT);
  return new Set(left.flatMap((change) => change.evidenceIds));
}

/** Numbers of lines by what became of them. */
export function fateCounts(changes: readonly LineChange[]): Map<LineFate, number> {
  const counts = new Map<LineFate, number>();
  for (const change of changes) counts.set(change.fate, (counts.get(change.fate) ?? 0) + 1);
  return counts;
}

function sectionOf(id: string): string {
  const { section } = placeOf(id);
  return section === "contact" || section === "headline" ? "headline" : section;
}

function bySection<Line>(lines: readonly Line[], nameOf: (line: Line) => string): Section<Line>[] {
  const sections = new Map<string, Section<Line>>();
  for (const line of lines) {
    const name = nameOf(line);
    const section = sections.get(name) ?? { name, lines: [] };
    section.lines.push(line);
    sections.set(name, section);
  }
  return Array.from(sections.values());
}

function compareIds(one: string, other: string): number {
  const [left, right] = [placeOf(one), placeOf(other)];
  return left.entry - right.entry || rank(left) - rank(right) || left.line - right.line;
}

function rank(place: Place): number {
  const order = ["title", "organisation", "company", "position", "institution", "label", "summary", "text"];
  const found = order.indexOf(place.field);
  return place.field === "highlights" ? 100 : found < 0 ? 50 : found;
}
