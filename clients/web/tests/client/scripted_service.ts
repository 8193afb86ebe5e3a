import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createRouterTransport,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";

import { CvTailorClient } from "../../src/client/client.js";
import type { TokenProvider } from "../../src/client/attempts.js";
import type { Patience } from "../../src/client/patience.js";
import type { RunEvent } from "../../src/client/run_progress.js";
import { type ApplicationEvent, ApplicationEventSchema } from "../../src/gen/cvtailor/v1/event_pb.js";
import { CvGenerator } from "../../src/gen/cvtailor/v1/cv_generator_pb.js";
import { PersonalData } from "../../src/gen/cvtailor/v1/personal_data_pb.js";
import { ErrorInfoSchema, RetryInfoSchema } from "../../src/gen/google/rpc/error_details_pb.js";

export const APPLICATION = "6a0f3c52-0000-4000-8000-000000000001";
export const RUN = "6a0f3c52-0000-4000-8000-000000000002";

/**
 * What a connection does: tells events one by one, waits (milliseconds), then ends, fails (an error), or
 * falls silent. The in-memory transport delivers a header with the first message only, so "header" sends
 * an empty one.
 */
export type Script = readonly (ApplicationEvent | Error | number | "header" | "silence")[];

/** A call as the service saw it. */
export interface Seen {
  readonly method: "generate" | "revise" | "watch";
  readonly token: string | null;
  readonly requestId?: string;
  readonly after?: bigint;
}

export const REQUEST = {
  baseCv: { source: { case: "rendercvYaml", value: "cv: {name: Ada}" } },
  posting: { text: "A job." },
} as const;

/** An event of the run, numbered; the last of them is `completed`. */
export function event(
  sequence: number,
  happening: MessageInitShape<typeof ApplicationEventSchema>["event"] = {
    case: "stepProgress",
    value: { message: `event ${sequence}` },
  },
  runId = RUN,
): ApplicationEvent {
  return create(ApplicationEventSchema, {
    applicationId: APPLICATION,
    runId,
    sequence: BigInt(sequence),
    event: happening,
  });
}

/** A whole log: `count` events, the last of which ends the run. */
export function log(count: number, runId = RUN): ApplicationEvent[] {
  return Array.from({ length: count }, (_, index) =>
    event(index + 1, index + 1 === count ? { case: "completed", value: {} } : undefined, runId),
  );
}

export const HEARTBEAT = event(0, { case: "heartbeat", value: {} });

/** An error of the service, with its details. */
export function refusal(code: Code, reason: string, retryAfterMs?: number): ConnectError {
  const info = { desc: ErrorInfoSchema, value: { reason, domain: "cvtailor.v1" } };
  const retryDelay = { seconds: BigInt(Math.floor((retryAfterMs ?? 0) / 1000)), nanos: 0 };
  const retry = { desc: RetryInfoSchema, value: { retryDelay } };
  return new ConnectError(reason, code, {}, retryAfterMs === undefined ? [info] : [info, retry]);
}

/** What the transport throws when the connection breaks. */
export const BROKEN = new TypeError("network error");

/** A service that follows a script per connection, and remembers what it was asked. */
export class ScriptedService {
  readonly seen: Seen[] = [];
  readonly hungUp: Seen[] = [];
  /** Metadata sent before the first event. */
  header: Record<string, string> = {};

  constructor(private readonly scripts: Script[]) {}

  /** A client of it that waits a millisecond where another waits a second. */
  client(
    patience: Partial<Patience> = {},
    token: TokenProvider = () => Promise.resolve("token"),
    others: Partial<ServiceImpl<typeof CvGenerator>> = {},
    personal: Partial<ServiceImpl<typeof PersonalData>> = {},
  ): CvTailorClient {
    const gateway = createRouterTransport(
      ({ service }) => {
        service(CvGenerator, {
          generateApplication: ({ requestId }, context) =>
            this.#tell({ method: "generate", requestId, ...who(context) }, context),
          reviseApplication: ({ requestId }, context) =>
            this.#tell({ method: "revise", requestId, ...who(context) }, context),
          watchApplication: ({ afterSequence: after }, context) =>
            this.#tell({ method: "watch", after, ...who(context) }, context),
          ...others,
        });
        service(PersonalData, personal);
      },
      {
        transport: { interceptors: [(next) => (request) => next(request).then(breaking, broken)] },
      },
    );
    return new CvTailorClient({
      gateway,
      token,
      patience: { firstDelayMs: 1, delayMsMax: 2, ...patience },
    });
  }

  async *#tell(call: Seen, context: HandlerContext) {
    this.seen.push(call);
    for (const [name, value] of Object.entries(this.header)) context.responseHeader.set(name, value);
    context.signal.addEventListener("abort", () => this.hungUp.push(call));
    for (const step of this.scripts.shift() ?? []) {
      if (step === "silence") await new Promise(() => {});
      else if (typeof step === "number") await new Promise((go) => setTimeout(go, step));
      else if (step === "header") yield {};
      else if (step === BROKEN) throw new ConnectError(BROKEN.message, Code.Internal);
      else if (step instanceof Error) throw step;
      else yield { event: step };
    }
  }
}

/** Reads a run to its end. */
export async function all(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const read: RunEvent[] = [];
  for await (const each of events) read.push(each);
  return read;
}

/** The sequence numbers of a run, read to its end. */
export async function sequences(events: AsyncIterable<RunEvent>): Promise<number[]> {
  return (await all(events)).map(({ sequence }) => Number(sequence));
}

function who(context: HandlerContext): { token: string | null } {
  return { token: context.requestHeader.get("authorization") };
}

function broken(error: unknown): never {
  throw error instanceof ConnectError && error.rawMessage === BROKEN.message
    ? new ConnectError(BROKEN.message, Code.Unknown, undefined, undefined, BROKEN)
    : error;
}

/** Turns the marked error of a script into what fetch throws. */
function breaking<Response extends { stream: boolean; message: unknown }>(answer: Response) {
  if (!answer.stream) return answer;
  const messages = answer.message as AsyncIterable<unknown>;
  const message = (async function* () {
    try {
      yield* messages;
    } catch (error) {
      broken(error);
    }
  })();
  return { ...answer, message };
}
