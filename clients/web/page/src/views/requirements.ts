/** The ad's requirements with their verdicts, and the lines of the CV that answer them. */
import {
  RequirementMatch_Status as Match,
  type RequirementMatch,
} from "../../../src/gen/cvtailor/v1/match_report_pb.js";
import {
  Requirement_Priority as Priority,
  type Requirement,
} from "../../../src/gen/cvtailor/v1/job_offer_pb.js";
import type { RunState } from "../model/run_state.js";
import { t, type TextKey } from "../texts/texts.js";
import { h } from "../ui/dom.js";
import { icon, type IconName } from "../ui/icons.js";
import { skeleton } from "../ui/parts.js";
import { lineLabel } from "./line_label.js";

type Verdict = "met" | "partly" | "unmet" | "open";

const VERDICTS: Partial<Record<Match, Verdict>> = {
  [Match.MET]: "met",
  [Match.PARTLY]: "partly",
  [Match.UNMET]: "unmet",
};
const ICONS: Record<Verdict, IconName> = { met: "met", partly: "half", unmet: "unmet", open: "wait" };
const TEXTS: Record<Verdict, TextKey> = { met: "met", partly: "partly", unmet: "unmet", open: "notYet" };

/**
 * Builds the list: what must be first, then what is nice to have.
 *
 * @param texts The base CV's words by id; without them, evidence is named by its place.
 */
export function requirementList(
  state: RunState,
  texts: ReadonlyMap<string, string> = new Map(),
): HTMLElement {
  const { offer } = state;
  if (!offer) return h("section", { class: "card" }, h("h2", {}, t("requirements")), skeleton(5));
  const matches = new Map(state.report?.matches.map((match) => [match.requirementId, match]));
  const group = (title: TextKey, isIn: (requirement: Requirement) => boolean) => {
    const found = offer.requirements.filter(isIn);
    if (!found.length) return null;
    const rows = found.map((requirement) => row(requirement, matches.get(requirement.id), texts));
    return [h("h3", { class: "label" }, t(title)), h("ul", { class: "requirements" }, rows)];
  };
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("requirements")),
    group("mustHaves", ({ priority }) => priority === Priority.MUST),
    group("niceToHaves", ({ priority }) => priority !== Priority.MUST),
  );
}

function row(
  requirement: Requirement,
  match: RequirementMatch | undefined,
  texts: ReadonlyMap<string, string>,
) {
  const verdict = (match && VERDICTS[match.status]) ?? "open";
  const evidence = Array.from(new Set(match?.evidenceIds));
  const quoted = evidence.filter((id) => texts.has(id));
  return h(
    "li",
    { class: `requirement verdict-${verdict}` },
    h("span", { class: "verdict" }, icon(ICONS[verdict])),
    h(
      "div",
      {},
      h(
        "p",
        {},
        h("span", { class: "strong" }, requirement.text),
        " ",
        h("span", { class: "chip" }, t(TEXTS[verdict])),
      ),
      match?.reason ? h("p", { class: "hint" }, match.reason) : null,
      quoted.length
        ? h(
            "ul",
            { class: "evidence" },
            quoted.map((id) => cited(id, texts)),
          )
        : null,
      evidence.length && !quoted.length
        ? h("p", { class: "hint" }, evidence.map(lineLabel).join(" · "))
        : null,
    ),
  );
}

/** A line of the base CV, quoted with its place. */
export function cited(id: string, texts: ReadonlyMap<string, string>): HTMLElement {
  const text = texts.get(id);
  return h(
    "li",
    { class: "cited" },
    h("span", { class: "place" }, lineLabel(id)),
    text ? h("q", {}, text) : null,
  );
}
