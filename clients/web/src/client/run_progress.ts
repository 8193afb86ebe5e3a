import { Code } from "@connectrpc/connect";

import type { ApplicationEvent } from "../gen/cvtailor/v1/event_pb.js";
import { CvTailorError } from "./error.js";

/** What an event of a run's log can be: everything but heartbeats, and what this client does not know. */
export type Happening = Exclude<ApplicationEvent["event"], { case: "heartbeat" } | { case: undefined }>;

/** An event of a run's log; `event.event.case` says which. */
export type RunEvent = ApplicationEvent & { event: Happening };

/** Whether a run is over with this event: `completed`, `failed` or `cancelled`. */
export function isLast(event: ApplicationEvent): boolean {
  const { case: kind } = event.event;
  return kind === "completed" || kind === "failed" || kind === "cancelled";
}

/** The stream tells of another run than before: a newer one of the same application. */
export class OtherRun extends CvTailorError {
  constructor(readonly runId: string) {
    super("The application has a newer run.", Code.Aborted);
  }
}

/** How far a run's log has been read. */
export class RunProgress {
  /** UUID of the run; empty until its first event or heartbeat. */
  runId = "";
  /** Whether the last event was read. */
  ended = false;
  #gapAfter: bigint | undefined;

  /**
   * @param applicationId UUID of the application; empty while it is not known.
   * @param sequence Of the last event that was read.
   */
  constructor(
    public applicationId: string,
    public sequence: bigint,
  ) {}

  /**
   * Takes a message of a stream. Returns the event if it is the next one of the log, and undefined for
   * heartbeats, for what was read before, and for what this client is too old to know.
   *
   * @throws OtherRun if it belongs to another run.
   * @throws CvTailorError if events are missing: the first time as a lost connection, then for good.
   */
  read(event: ApplicationEvent): RunEvent | undefined {
    this.applicationId ||= event.applicationId;
    this.runId ||= event.runId;
    if (event.runId !== this.runId) throw new OtherRun(event.runId);
    if (event.sequence <= this.sequence) return undefined;
    if (event.sequence > this.sequence + 1n) throw this.#gap(event.sequence);
    this.sequence = event.sequence;
    this.ended = isLast(event);
    return isKnown(event) ? event : undefined;
  }

  /** Begins to read the log of another run of the application. */
  restart(runId: string): void {
    this.runId = runId;
    this.sequence = 0n;
    this.ended = false;
  }

  #gap(next: bigint): CvTailorError {
    // Reading on from the same place again would not mend a log that has a hole.
    const mendable = this.#gapAfter !== this.sequence;
    this.#gapAfter = this.sequence;
    return new CvTailorError(
      `Event ${next} came after event ${this.sequence}.`,
      mendable ? Code.DataLoss : Code.Internal,
    );
  }
}

function isKnown(event: ApplicationEvent): event is RunEvent {
  return event.event.case !== undefined && event.event.case !== "heartbeat";
}
