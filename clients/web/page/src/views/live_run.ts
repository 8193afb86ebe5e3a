/** A run at work: its steps, and what each of them found, as it happens. */
import { Agent, Step } from "../../../src/gen/cvtailor/v1/event_pb.js";
import type { App } from "../app.js";
import { runningStep, openQuestions, type RunState, type StepState } from "../model/run_state.js";
import { toldOf } from "../model/told.js";
import { lasted, t, type TextKey } from "../texts/texts.js";
import { announce } from "../ui/announce.js";
import { h, keyed, replace, setAttribute, setText } from "../ui/dom.js";
import { icon, type IconName } from "../ui/icons.js";
import { button, problem, skeleton } from "../ui/parts.js";
import { claimsSection, planSection, warningsSection } from "./findings.js";
import { questionForm } from "./question_form.js";
import { requirementList } from "./requirements.js";
import { stepFacts } from "./step_facts.js";

/** What is shown while a run is at work; it is told every new picture. */
export interface LiveRun {
  element: HTMLElement;
  update(state: RunState): void;
}

const STEP_TEXTS: Partial<Record<Step, TextKey>> = {
  [Step.READ_CV]: "stepReadCv",
  [Step.READ_OFFER]: "stepReadOffer",
  [Step.MATCH]: "stepMatch",
  [Step.ASK]: "stepAsk",
  [Step.TAILOR]: "stepTailor",
  [Step.WRITE_LETTER]: "stepWriteLetter",
  [Step.CHECK_CLAIMS]: "stepCheckClaims",
  [Step.FIT_PAGES]: "stepFitPages",
  [Step.CHECK_AGREEMENT]: "stepCheckAgreement",
  [Step.RENDER]: "stepRender",
  [Step.FILE_RECORDS]: "stepFileRecords",
};

const AGENT_TEXTS: Partial<Record<Agent, TextKey>> = {
  [Agent.OFFER_READER]: "agentOfferReader",
  [Agent.CV_READER]: "agentCvReader",
  [Agent.PLANNER]: "agentPlanner",
  [Agent.WRITER]: "agentWriter",
  [Agent.CRITIC]: "agentCritic",
  [Agent.LETTER_WRITER]: "agentLetterWriter",
};

const PHASE_ICONS: Record<StepState["phase"], IconName> = {
  waiting: "wait",
  running: "half",
  done: "met",
  stopped: "unmet",
};

/** Builds the view of a run at work. */
export function liveRun(app: App, applicationId: string): LiveRun {
  const title = h("h1", {}, t("working"));
  const employer = h("p", { class: "lead" });
  const bar = h("progress", { max: 100, value: 0, "aria-label": t("progress") });
  const fault = h("div", {});
  const cancel = button(t("cancelRun"), () => void stop(), { class: "quiet danger" });
  const questions = h("div", { class: "questions" });
  const steps = h("ol", { class: "steps" });
  const findings = h("div", { class: "findings" }, h("section", { class: "card" }, skeleton(6)));
  let announced: Step | undefined;

  async function stop(): Promise<void> {
    cancel.disabled = true;
    try {
      await app.service.cancel(applicationId);
    } catch (error) {
      cancel.disabled = false;
      replace(fault, problem(toldOf(error)));
    }
  }

  function update(state: RunState): void {
    bar.value = state.percent;
    setText(title, state.offer?.title || t("working"));
    setText(
      employer,
      [state.offer?.company, state.offer?.location].filter(Boolean).join(" · ") || leadOf(state),
    );
    const asked = openQuestions(state);
    keyed(
      questions,
      asked,
      ({ question }) => question.id,
      (one) => questionForm(app, applicationId, one),
    );
    keyed(
      steps,
      state.steps,
      ({ step }) => String(step),
      newStep,
      (part, step) => showStep(part, step, state),
    );
    showFindings(findings, state);
    const running = runningStep(state);
    if (asked.length) announce(t("questionWaits"));
    else if (running && running.step !== announced) announce(stepName((announced = running.step)));
  }

  const element = h(
    "div",
    { class: "run" },
    h("header", { class: "run-head" }, h("div", {}, title, employer), cancel),
    bar,
    fault,
    questions,
    h(
      "div",
      { class: "run-body" },
      h("section", { class: "card steps-card", "aria-label": t("steps") }, steps),
      findings,
    ),
  );
  return { element, update };
}

/** What is said while nothing of the offer is known. */
function leadOf({ place }: RunState): string {
  if (!place) return t("workingLead");
  return place === 1 ? t("waitsNext") : t("waitsAt", { place });
}

/** What was found so far, in sections that come as they are known. */
export function showFindings(parent: HTMLElement, state: RunState): void {
  const sections: [string, unknown, () => HTMLElement | null][] = [
    ["requirements", [state.offer, state.report], () => requirementList(state)],
    ["plan", [state.plan], () => planSection(state)],
    ["claims", [state.claims, state.agreement], () => claimsSection(state)],
    ["warnings", [state.warnings], () => warningsSection(state)],
  ];
  if (!state.offer && !state.warnings.length && !state.end) return;
  for (const waiting of parent.querySelectorAll(":scope > .card:not([data-part])")) waiting.remove();
  for (const [name, known, build] of sections) {
    const present = parent.querySelector<HTMLElement>(`:scope > [data-part="${name}"]`);
    if (present && sameParts(shown.get(present), known as unknown[])) continue;
    const section = build();
    if (!section) continue;
    section.setAttribute("data-part", name);
    shown.set(section, known as unknown[]);
    if (present) present.replaceWith(section);
    else parent.append(section);
  }
}

const shown = new WeakMap<Element, unknown[]>();

function sameParts(one: unknown[] | undefined, other: unknown[]): boolean {
  return one !== undefined && one.every((part, index) => part === other[index]);
}

/** The list of steps of a run that has ended. */
export function stepList(state: RunState): HTMLElement {
  const list = h("ol", { class: "steps" });
  keyed(
    list,
    state.steps,
    ({ step }) => String(step),
    newStep,
    (part, step) => showStep(part, step, state),
  );
  return list;
}

function newStep({ step }: StepState): HTMLLIElement {
  return h(
    "li",
    { class: "step" },
    h("span", { class: "step-mark" }),
    h(
      "div",
      {},
      h("p", { class: "step-name" }, stepName(step), h("span", { class: "step-time" })),
      h("p", { class: "step-facts" }),
    ),
  );
}

function showStep(part: HTMLElement, state: StepState, run: RunState): void {
  if (part.dataset["phase"] !== state.phase) {
    part.dataset["phase"] = state.phase;
    replace(
      part.querySelector(".step-mark")!,
      icon(PHASE_ICONS[state.phase]),
      h("span", { class: "sr" }, t(`phase_${state.phase}`)),
    );
  }
  setAttribute(part, "aria-current", state.phase === "running" && "step");
  setText(
    part.querySelector(".step-time")!,
    state.milliseconds === undefined ? "" : lasted(state.milliseconds),
  );
  setText(
    part.querySelector(".step-facts")!,
    state.phase === "done" ? stepFacts(state.step, run) : progressOf(state),
  );
}

function progressOf({ phase, progress }: StepState): string {
  if (phase !== "running" || !progress) return "";
  const agent = AGENT_TEXTS[progress.agent];
  const counts = progress.total ? `${progress.done}/${progress.total}` : "";
  const verdicts =
    progress.accepted || progress.rejected
      ? t("verdicts", { accepted: progress.accepted, rejected: progress.rejected })
      : "";
  return [agent ? t(agent) : "", progress.message, counts, verdicts].filter(Boolean).join(" · ");
}

/** What a step is called. */
export function stepName(step: Step): string {
  const key = STEP_TEXTS[step];
  return key ? t(key) : t("stepOther");
}
