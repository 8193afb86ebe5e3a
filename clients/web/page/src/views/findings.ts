/** What the steps found besides the match: the plan, what the guard refused, warnings. */
import {
  RejectedClaim_Reason as Reason,
  type RejectedClaim,
} from "../../../src/gen/cvtailor/v1/match_report_pb.js";
import type { RunState } from "../model/run_state.js";
import { counted, t, type TextKey } from "../texts/texts.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { lineLabel } from "./line_label.js";

const REASONS: Partial<Record<Reason, TextKey>> = {
  [Reason.NO_EVIDENCE]: "rejectedNoEvidence",
  [Reason.UNKNOWN_EVIDENCE]: "rejectedUnknownEvidence",
  [Reason.FOREIGN_EVIDENCE]: "rejectedForeignEvidence",
  [Reason.FACT_CHANGED]: "rejectedFactChanged",
  [Reason.NUMBER_UNSUPPORTED]: "rejectedNumber",
  [Reason.TERM_UNSUPPORTED]: "rejectedTerm",
  [Reason.STRENGTH_INFLATED]: "rejectedStrength",
  [Reason.CONTENT_UNSUPPORTED]: "rejectedContent",
  [Reason.ABSENT_FROM_CV]: "rejectedAbsent",
};

/** Which lines the planner chose for which requirement. */
export function planSection({ plan, offer }: RunState): HTMLElement | null {
  if (!plan) return null;
  const requirements = new Map(offer?.requirements.map(({ id, text }) => [id, text]));
  const answers = plan.answers.map(({ requirementId, evidenceIds }) =>
    h(
      "li",
      {},
      h("p", { class: "strong" }, requirements.get(requirementId) ?? requirementId),
      h("p", { class: "hint" }, evidenceIds.map(lineLabel).join(" · ") || t("noLine")),
    ),
  );
  return h("section", { class: "card" }, h("h2", {}, t("plan")), h("ul", { class: "plain" }, answers));
}

/** What the guard let pass, and what it refused and why. */
export function claimsSection({ claims, agreement }: RunState): HTMLElement | null {
  if (!claims) return null;
  const rejected = [...claims.rejected, ...(agreement?.rejected ?? [])];
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("claims")),
    h("p", { class: "row" }, icon("met"), counted("claimsPassed", claims.kept)),
    rejected.length
      ? h("ul", { class: "plain" }, rejected.map(refusal))
      : h("p", { class: "hint" }, t("noneRejected")),
  );
}

function refusal({ claim, reason, detail, replacement }: RejectedClaim): HTMLElement {
  const key = REASONS[reason];
  return h(
    "li",
    { class: "refusal" },
    h("p", {}, h("del", {}, claim?.text ?? "")),
    h("p", { class: "hint" }, [key ? t(key) : "", detail].filter(Boolean).join(": ")),
    replacement ? h("p", {}, t("insteadLine"), " ", h("ins", {}, replacement)) : null,
  );
}

/** What to know that stopped nothing. */
export function warningsSection({ warnings }: RunState): HTMLElement | null {
  if (!warnings.length) return null;
  const items = warnings.map(({ message, quote }) =>
    h("li", {}, h("p", {}, message), quote ? h("p", { class: "hint" }, h("q", {}, quote)) : null),
  );
  return h("section", { class: "card" }, h("h2", {}, t("warnings")), h("ul", { class: "plain" }, items));
}
