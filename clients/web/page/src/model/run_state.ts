/** What a run has told so far: events in, one picture out. */
import {
  Step,
  type AgreementChecked,
  type ApplicationEvent,
  type ClaimsChecked,
  type Completed,
  type CvRead,
  type Failed,
  type LetterWritten,
  type PagesFitted,
  type Plan,
  type Question,
  type QuestionAnswered,
  type Rendered,
  type StepProgress,
  type Tailored,
  type Warning,
} from "../../../src/gen/cvtailor/v1/event_pb.js";
import type { JobOffer } from "../../../src/gen/cvtailor/v1/job_offer_pb.js";
import type { MatchReport } from "../../../src/gen/cvtailor/v1/match_report_pb.js";

export type StepPhase = "waiting" | "running" | "done" | "stopped";

export interface StepState {
  step: Step;
  phase: StepPhase;
  progress?: StepProgress;
  /** How long it took. */
  milliseconds?: number;
}

export interface QuestionState {
  question: Question;
  /** Until when the run waits. */
  deadline: Date;
  answer?: QuestionAnswered;
}

/** How the run ended. */
export type RunEnd =
  { kind: "completed"; completed: Completed } | { kind: "failed"; failed: Failed } | { kind: "cancelled" };

export interface RunState {
  applicationId: string;
  runId: string;
  lastSequence: bigint;
  percent: number;
  /** Place among the runs that wait for a worker, 1 for the next; absent once it has begun. */
  place?: number;
  steps: StepState[];
  questions: QuestionState[];
  warnings: Warning[];
  cv?: CvRead;
  offer?: JobOffer;
  report?: MatchReport;
  plan?: Plan;
  tailored?: Tailored;
  letter?: LetterWritten;
  claims?: ClaimsChecked;
  agreement?: AgreementChecked;
  fitted?: PagesFitted;
  rendered?: Rendered;
  end?: RunEnd;
}

/** A run that has told nothing yet. */
export function newRun(applicationId = ""): RunState {
  return { applicationId, runId: "", lastSequence: 0n, percent: 0, steps: [], questions: [], warnings: [] };
}

/**
 * Takes one event in and returns the picture after it; the one before is left as it was.
 * Heartbeats and events that were seen before change nothing; an event of another run begins anew.
 */
export function withEvent(before: RunState, event: ApplicationEvent): RunState {
  if (event.sequence === 0n) return before;
  const isOther = event.runId !== before.runId;
  if (!isOther && event.sequence <= before.lastSequence) return before;
  // Whatever is told, the run waits no more.
  const { place, ...known } = before;
  const state: RunState = {
    ...(isOther ? newRun(event.applicationId) : known),
    applicationId: event.applicationId,
    runId: event.runId,
    lastSequence: event.sequence,
    percent: event.percent,
  };
  return { ...state, ...told(state, event) };
}

/** Returns the picture of a run that waits for a worker; one that has begun waits no more. */
export function withPlace(before: RunState, place: number): RunState {
  const waits = !before.end && before.steps.every(({ phase }) => phase === "waiting");
  return waits ? { ...before, place } : before;
}

/** The step at work, if any. */
export function runningStep(state: RunState): StepState | undefined {
  return state.steps.find((step) => step.phase === "running");
}

/** Questions that still wait for an answer. */
export function openQuestions(state: RunState): QuestionState[] {
  return state.end ? [] : state.questions.filter((asked) => !asked.answer);
}

function told(state: RunState, { event, eventTime }: ApplicationEvent): Partial<RunState> {
  switch (event.case) {
    case "accepted":
      return { steps: event.value.steps.map((step) => ({ step, phase: "waiting" })) };
    case "stepStarted":
      return { steps: changed(state, event.value.step, { phase: "running" }) };
    case "stepProgress": {
      const steps = changed(state, event.value.step, { progress: event.value });
      return event.value.plan ? { steps, plan: event.value.plan } : { steps };
    }
    case "stepFinished": {
      const { step, duration, result } = event.value;
      const milliseconds = Number(duration?.seconds ?? 0n) * 1000 + (duration?.nanos ?? 0) / 1e6;
      return { steps: changed(state, step, { phase: "done", milliseconds }), ...outcome(result) };
    }
    case "warning":
      return { warnings: [...state.warnings, event.value] };
    case "questionAsked": {
      const asked = Number(eventTime?.seconds ?? 0n) + Number(event.value.wait?.seconds ?? 0n);
      const question = event.value.question;
      if (!question) return {};
      return { questions: [...state.questions, { question, deadline: new Date(asked * 1000) }] };
    }
    case "questionAnswered": {
      const answer = event.value;
      const isIt = (asked: QuestionState) => asked.question.id === answer.questionId;
      return { questions: state.questions.map((asked) => (isIt(asked) ? { ...asked, answer } : asked)) };
    }
    case "completed":
      return { percent: 100, end: { kind: "completed", completed: event.value } };
    case "failed":
      return { steps: stopped(state), end: { kind: "failed", failed: event.value } };
    case "cancelled":
      return { steps: stopped(state), end: { kind: "cancelled" } };
    default:
      return {};
  }
}

type Result = Extract<ApplicationEvent["event"], { case: "stepFinished" }>["value"]["result"];

function outcome(result: Result): Partial<RunState> {
  switch (result.case) {
    case "cvRead":
      return { cv: result.value };
    case "offerRead":
      return result.value.offer ? { offer: result.value.offer } : {};
    case "matched":
      return result.value.report ? { report: result.value.report } : {};
    case "tailored":
      return { tailored: result.value };
    case "letterWritten":
      return { letter: result.value };
    case "claimsChecked":
      return { claims: result.value };
    case "pagesFitted":
      return { fitted: result.value };
    case "agreementChecked":
      return { agreement: result.value };
    case "rendered":
      return { rendered: result.value };
    default:
      return {};
  }
}

function changed(state: RunState, step: Step, change: Partial<StepState>): StepState[] {
  return state.steps.map((one) => (one.step === step ? { ...one, ...change } : one));
}

function stopped(state: RunState): StepState[] {
  return state.steps.map((step) => (step.phase === "running" ? { ...step, phase: "stopped" } : step));
}
