/** What a line's address is called: `experience[1].highlights[3]` is "Experience 2". */
import { placeOf } from "../model/line_changes.js";
import { sectionKey, t } from "../texts/texts.js";

/** Names the place of a line of the base CV, or of a document. */
export function lineLabel(id: string): string {
  const { section, entry, field, line } = placeOf(id);
  const name = sectionLabel(section);
  if (section === "contact" && field) return sectionLabel(field);
  const number = entry >= 0 ? ` ${entry + 1}` : "";
  if (field === "highlights") return `${name}${number}, ${t("lineNumber", { number: line + 1 })}`;
  return field && field !== "text" ? `${name}${number}, ${fieldLabel(field)}` : `${name}${number}`;
}

/** Names a section; one of the person's own keeps its key, made readable. */
export function sectionLabel(name: string): string {
  const key = sectionKey(name);
  return key ? t(key) : humanised(name);
}

function fieldLabel(field: string): string {
  return humanised(field).toLowerCase();
}

function humanised(name: string): string {
  const words = name.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
