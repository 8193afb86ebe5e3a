/** How it was made: the steps of the run with their findings, the engine, what it took. */
import type { Application } from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { RunState } from "../model/run_state.js";
import { t } from "../texts/texts.js";
import { h } from "../ui/dom.js";
import { skeleton } from "../ui/parts.js";
import { claimsSection, planSection, warningsSection } from "./findings.js";
import { stepList } from "./live_run.js";

/** Builds the part. */
export function storyPart(application: Application, run: RunState): HTMLElement {
  const steps = run.steps.length
    ? stepList(run)
    : run.end
      ? h("p", { class: "hint" }, t("noReportText"))
      : skeleton(8);
  return h(
    "div",
    { class: "run-body" },
    h("section", { class: "card steps-card" }, h("h2", {}, t("steps")), steps),
    h(
      "div",
      { class: "findings" },
      claimsSection(run),
      planSection(run),
      warningsSection(run),
      engine(application),
    ),
  );
}

function engine({ provenance, modelUse }: Application): HTMLElement | null {
  if (!provenance) return null;
  const facts: [string, string][] = [
    [t("engine"), provenance.engine],
    [t("serviceVersion"), provenance.appVersion],
    [t("models"), provenance.models.join(", ") || t("noModels")],
  ];
  if (modelUse) {
    facts.push([t("modelCalls"), String(modelUse.calls)]);
    facts.push([t("tokens"), String(modelUse.inputTokens + modelUse.outputTokens)]);
    if (modelUse.costUsd !== undefined) facts.push([t("cost"), `$${modelUse.costUsd.toFixed(4)}`]);
  }
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("madeBy")),
    h(
      "dl",
      { class: "facts" },
      facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    ),
  );
}
