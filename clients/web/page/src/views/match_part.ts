/** The match report: how far the CV answers the ad, with the lines that do. */
import type { Application } from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { Coverage } from "../../../src/gen/cvtailor/v1/match_report_pb.js";
import { evidenceTexts } from "../model/line_changes.js";
import type { RunState } from "../model/run_state.js";
import { percent, t } from "../texts/texts.js";
import { h } from "../ui/dom.js";
import { empty, skeleton } from "../ui/parts.js";
import { requirementList } from "./requirements.js";

/** Builds the part; before the run's events are here, it is a skeleton. */
export function matchPart(application: Application, run: RunState): HTMLElement {
  if (!run.offer) {
    if (!run.end) return h("section", { class: "card" }, skeleton(8));
    return empty(t("noReport"), h("p", {}, t("noReportText")));
  }
  const texts = evidenceTexts(application.provenance?.changes ?? []);
  const { fitted, report } = run;
  return h(
    "div",
    { class: "match" },
    h(
      "div",
      { class: "side" },
      fitted?.coverageAfter ? coverageCard(fitted.coverageBefore, fitted.coverageAfter) : null,
      keywords(t("covered"), report?.keywordsCovered ?? [], "covered"),
      keywords(t("gaps"), report?.gaps ?? [], "gap"),
    ),
    requirementList(run, texts),
  );
}

function coverageCard(before: Coverage | undefined, after: Coverage): HTMLElement {
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("coverage")),
    h("p", { class: "hint" }, t("coverageText")),
    meter(t("mustHaves"), before?.must ?? 0, after.must),
    meter(t("niceToHaves"), before?.nice ?? 0, after.nice),
  );
}

function meter(label: string, before: number, after: number): HTMLElement {
  const row = (name: string, value: number, kind: string) =>
    h(
      "div",
      { class: "meter-row" },
      h("span", { class: "hint" }, name),
      h("progress", { max: 1, value, class: kind, "aria-label": `${label}, ${name}` }),
      h("span", { class: "number" }, percent(value)),
    );
  return h(
    "div",
    { class: "meter" },
    h("h3", { class: "label" }, label),
    row(t("inBase"), before, "before"),
    row(t("inTailored"), after, "after"),
  );
}

function keywords(title: string, words: readonly string[], kind: string): HTMLElement | null {
  if (!words.length) return null;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, title),
    h(
      "ul",
      { class: "keywords" },
      words.map((word) => h("li", { class: kind }, word)),
    ),
  );
}
