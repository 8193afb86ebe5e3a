/** What a step that ended has to tell, in one line. */
import { Step } from "../../../src/gen/cvtailor/v1/event_pb.js";
import { RequirementMatch_Status as Match } from "../../../src/gen/cvtailor/v1/match_report_pb.js";
import { Requirement_Priority as Priority } from "../../../src/gen/cvtailor/v1/job_offer_pb.js";
import type { RunState } from "../model/run_state.js";
import { counted, languageName, percent, t } from "../texts/texts.js";

/** Words the facts of a step; empty if there are none to tell. */
export function stepFacts(step: Step, run: RunState): string {
  return FACTS[step]?.(run) ?? "";
}

const FACTS: Partial<Record<Step, (run: RunState) => string | undefined>> = {
  [Step.READ_CV]: ({ cv }) =>
    cv &&
    [cv.name, counted("lines", cv.lines), counted("entries", cv.entries), languageName(cv.languageCode)].join(
      " · ",
    ),
  [Step.READ_OFFER]: ({ offer }) => {
    const musts = offer?.requirements.filter(({ priority }) => priority === Priority.MUST).length ?? 0;
    return (
      offer && `${counted("requirements", offer.requirements.length)}, ${t("mustsOf", { count: musts })}`
    );
  },
  [Step.MATCH]: ({ report }) => {
    const count = (status: Match) => report?.matches.filter((match) => match.status === status).length ?? 0;
    return (
      report &&
      t("matchCounts", { met: count(Match.MET), partly: count(Match.PARTLY), unmet: count(Match.UNMET) })
    );
  },
  [Step.ASK]: ({ questions }) =>
    questions.length
      ? t("askedFacts", {
          asked: questions.length,
          answered: questions.filter(({ answer }) => answer?.text).length,
        })
      : t("nothingAsked"),
  [Step.TAILOR]: ({ tailored }) =>
    tailored && t("tailoredFacts", { kept: tailored.linesKept, left: tailored.leftOut.length }),
  [Step.WRITE_LETTER]: ({ letter }) => letter && counted("paragraphs", letter.paragraphs),
  [Step.CHECK_CLAIMS]: ({ claims }) =>
    claims && t("verdicts", { accepted: claims.kept, rejected: claims.rejected.length }),
  [Step.FIT_PAGES]: ({ fitted }) =>
    fitted && `${counted("pageCount", fitted.pages)} · ${t("fill", { share: percent(fitted.fill) })}`,
  [Step.CHECK_AGREEMENT]: ({ agreement }) =>
    agreement && t("verdicts", { accepted: agreement.kept, rejected: agreement.rejected.length }),
  [Step.RENDER]: ({ rendered }) =>
    rendered &&
    [
      counted("documents", rendered.documents.length),
      rendered.ats ? t("atsFacts", { intact: rendered.ats.intact, lines: rendered.ats.lines }) : "",
    ]
      .filter(Boolean)
      .join(" · "),
};
