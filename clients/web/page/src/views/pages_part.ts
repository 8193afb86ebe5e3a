/** The pages of the PDF, as pictures. */
import { toldOf } from "../model/told.js";
import { t } from "../texts/texts.js";
import { h, replace } from "../ui/dom.js";
import { empty, problem } from "../ui/parts.js";
import type { Documents } from "./documents.js";

/** Builds the part; each picture comes as soon as it is fetched. */
export function pagesPart(documents: Documents, version: number): HTMLElement {
  const { pages } = documents;
  if (!pages.length) return empty(t("noPages"));
  const sheets = pages.map(({ name, page }) => {
    const sheet = h("figure", { class: "sheet loading" });
    documents.url(name, version).then(
      (url) => {
        sheet.classList.remove("loading");
        replace(
          sheet,
          h("img", { src: url, alt: t("pageAlt", { page, count: pages.length }), width: 794, height: 1123 }),
        );
      },
      (error: unknown) => replace(sheet, problem(toldOf(error))),
    );
    return sheet;
  });
  return h("div", { class: "sheets" }, sheets);
}
