/** The choices of a run: design, pages, language, tone. */
import { Theme, Tone } from "../../../src/gen/cvtailor/v1/cv_generator_pb.js";
import type { ChosenOptions } from "../model/options.js";
import { languageName, t } from "../texts/texts.js";
import { h } from "../ui/dom.js";
import { field, select } from "../ui/parts.js";

export type { ChosenOptions };

const LANGUAGES = ["en", "de", "fr", "es"] as const;

/** Builds the fields; `change` is given what has changed. */
export function optionFields(
  prefix: string,
  chosen: ChosenOptions,
  change: (part: Partial<ChosenOptions>) => void,
  isNew: boolean,
): HTMLElement {
  const themes = Object.entries(Theme).filter(([, value]) => typeof value === "number" && value > 0);
  const theme = select(
    `${prefix}-theme`,
    [["0", t("themeDefault")], ...themes.map(([name, value]) => [String(value), themeName(name)] as const)],
    String(chosen.theme),
    (value) => change({ theme: Number(value) }),
  );
  const pages = select(
    `${prefix}-pages`,
    [["0", t("pagesAuto")], ...[1, 2, 3, 4].map((count) => [String(count), String(count)] as const)],
    String(chosen.pageLimit),
    (value) => change({ pageLimit: Number(value) }),
  );
  const language = select(
    `${prefix}-language`,
    [["", t("languageAuto")], ...LANGUAGES.map((code) => [code, languageName(code)] as const)],
    chosen.languageCode,
    (languageCode) => change({ languageCode }),
  );
  const tones = [
    [String(Tone.UNSPECIFIED), t("toneNeutral")],
    [String(Tone.WARM), t("toneWarm")],
    [String(Tone.FORMAL), t("toneFormal")],
  ] as const;
  const tone = select(`${prefix}-tone`, tones, String(chosen.tone), (value) =>
    change({ tone: Number(value) }),
  );
  const fields = h(
    "div",
    { class: "options" },
    field(t("theme"), theme),
    field(t("pages"), pages),
    field(t("language"), language),
    field(t("tone"), tone),
  );
  return h("div", {}, fields, isNew ? interactive(prefix, chosen, change) : null);
}

function interactive(prefix: string, chosen: ChosenOptions, change: (part: Partial<ChosenOptions>) => void) {
  const id = `${prefix}-interactive`;
  const box: HTMLInputElement = h("input", {
    type: "checkbox",
    id,
    checked: chosen.interactive,
    "aria-describedby": `${id}-hint`,
    on: { change: () => change({ interactive: box.checked }) },
  });
  return h(
    "div",
    { class: "check" },
    box,
    h(
      "div",
      {},
      h("label", { for: id }, t("interactive")),
      h("p", { class: "hint", id: `${id}-hint` }, t("interactiveHint")),
    ),
  );
}

function themeName(name: string): string {
  return name.charAt(0) + name.slice(1).toLowerCase();
}
