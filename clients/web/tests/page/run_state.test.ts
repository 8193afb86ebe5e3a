import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import {
  newRun,
  openQuestions,
  runningStep,
  withEvent,
  withPlace,
  type RunState,
} from "../../page/src/model/run_state.js";
import { ApplicationEventSchema, Step } from "../../src/gen/cvtailor/v1/event_pb.js";

type Happened = MessageInitShape<typeof ApplicationEventSchema>["event"];

let sequence = 0n;
const event = (happened: Happened, fields: { runId?: string; sequence?: bigint } = {}) => {
  const common = {
    applicationId: "a",
    runId: "r1",
    sequence: ++sequence,
    eventTime: timestampFromMs(1_000_000),
  };
  return create(ApplicationEventSchema, { ...common, ...fields, ...(happened ? { event: happened } : {}) });
};
const told = (...all: ReturnType<typeof event>[]): RunState => all.reduce(withEvent, newRun());
const accepted = () => event({ case: "accepted", value: { steps: [Step.READ_CV, Step.MATCH] } });

test("steps wait, run and are done", () => {
  const running = told(accepted(), event({ case: "stepStarted", value: { step: Step.READ_CV } }));
  expect(runningStep(running)?.step).toBe(Step.READ_CV);
  const done = withEvent(
    running,
    event({
      case: "stepFinished",
      value: {
        step: Step.READ_CV,
        duration: { nanos: 15_000_000 },
        result: { case: "cvRead", value: { name: "Ada" } },
      },
    }),
  );
  expect(done.steps[0]).toMatchObject({ phase: "done", milliseconds: 15 });
  expect(done.cv?.name).toBe("Ada");
});

test("an event that was seen before, and a heartbeat, change nothing", () => {
  const state = told(accepted());
  expect(
    withEvent(state, event({ case: "warning", value: { code: "late" } }, { sequence: state.lastSequence })),
  ).toBe(state);
  expect(withEvent(state, event({ case: "heartbeat", value: {} }, { sequence: 0n }))).toBe(state);
});

test("a run has its place in the queue until anything of it is told", () => {
  const waiting = withPlace(told(accepted()), 3);
  expect(waiting.place).toBe(3);
  const begun = withEvent(waiting, event({ case: "stepStarted", value: { step: Step.READ_CV } }));
  expect(begun.place).toBeUndefined();
  expect(withPlace(begun, 3)).toBe(begun);
});

test("an event of another run begins a new picture", () => {
  const state = told(
    accepted(),
    event({ case: "warning", value: { code: "old" } }),
    event({ case: "accepted", value: { steps: [] } }, { runId: "r2", sequence: 1n }),
  );
  expect(state).toMatchObject({ runId: "r2", warnings: [], lastSequence: 1n });
});

test("a question is open until somebody answers it, anywhere", () => {
  const question = { question: { id: "question[0]" }, wait: { seconds: 60n } };
  const state = told(accepted(), event({ case: "questionAsked", value: question }));
  expect(openQuestions(state)[0]?.deadline.getTime()).toBe(1_060_000);
  expect(
    openQuestions(
      withEvent(state, event({ case: "questionAnswered", value: { questionId: "question[0]" } })),
    ),
  ).toEqual([]);
});

test("what a failed run was at is shown as stopped", () => {
  const state = told(
    accepted(),
    event({ case: "stepStarted", value: { step: Step.MATCH } }),
    event({ case: "failed", value: { message: "no" } }),
  );
  expect(state.steps.map(({ phase }) => phase)).toEqual(["waiting", "stopped"]);
  expect(state.end?.kind).toBe("failed");
});

test("an event of a newer service is skipped", () => {
  expect(told(accepted(), event({ case: undefined })).steps).toHaveLength(2);
});
