import { type CallOptions, Code } from "@connectrpc/connect";

import type { ApplicationEvent } from "../gen/cvtailor/v1/event_pb.js";
import { Attempts, type Connection, type Line } from "./attempts.js";
import { CvTailorError } from "./error.js";
import { LiveStream } from "./live_stream.js";
import { OtherRun, type RunEvent, RunProgress } from "./run_progress.js";

type Events = AsyncIterable<{ event?: ApplicationEvent | undefined }>;

/** The calls that tell the events of a run. */
export interface RunCalls {
  /** Begins the run, or finds it again by its request id. Absent if it is only watched. */
  readonly begin?: (options: CallOptions) => Events;
  /** Tells the events after a number, of the application's newest run. */
  readonly watch: (applicationId: string, afterSequence: bigint, options: CallOptions) => Events;
}

/** How a run is followed. */
export interface FollowOptions {
  /** Ends the iteration at once; the run itself goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Is told when the connection is there, is lost, and is there again. */
  readonly onConnection?: ((connection: Connection) => void) | undefined;
  /** Is told the run's place among those that wait for a worker, 1 for the next, until it begins. */
  readonly onWaiting?: ((place: number) => void) | undefined;
}

/**
 * Yields the events of a run, each once and in order, over as many connections as it takes.
 *
 * Ends after the run's last event. Leaving the iteration early closes the connection; the run goes on.
 *
 * @throws CvTailorError if the service refuses, or is away for longer than the client's patience.
 */
export async function* followRun(
  line: Line,
  calls: RunCalls,
  progress: RunProgress,
  options: FollowOptions,
): AsyncGenerator<RunEvent, void, undefined> {
  const follower = new Follower(line, calls, progress, options);
  try {
    for (let event = await follower.next(); event; event = await follower.next()) yield event;
  } finally {
    follower.close();
  }
}

class Follower {
  readonly #signal: AbortSignal;
  readonly #attempts: Attempts;
  readonly #onWaiting: FollowOptions["onWaiting"];
  #stream: LiveStream<{ event?: ApplicationEvent | undefined }> | undefined;
  /** Whether the run is asked for by its request, as nothing else finds it. */
  #byRequest: boolean;
  /** Whether the application has a newer run, so that watching it would tell of that one. */
  #superseded = false;
  /** Sequence at which the open stream began, if it is a watch. */
  #watchedFrom: bigint | undefined;

  constructor(
    private readonly line: Line,
    private readonly calls: RunCalls,
    private readonly progress: RunProgress,
    options: FollowOptions,
  ) {
    this.#signal = options.signal ?? new AbortController().signal;
    this.#onWaiting = options.onWaiting;
    this.#byRequest = calls.begin !== undefined;
    this.#attempts = new Attempts(line, {
      failuresMax: line.patience.streamFailuresMax,
      signal: this.#signal,
      onConnection: options.onConnection,
    });
  }

  /** Returns the next event of the log, or undefined after the last. */
  async next(): Promise<RunEvent | undefined> {
    while (!this.progress.ended) {
      try {
        this.#stream ??= await this.#open();
        const message = await this.#stream.next();
        if (message === undefined) {
          if (this.#nothingMore()) return undefined;
          throw new CvTailorError("The stream ended before the run did.", Code.Unavailable);
        }
        const event = message.event && this.#read(message.event);
        if (event) return event;
      } catch (error) {
        this.close();
        if (error instanceof OtherRun) this.#leave(error);
        else await this.#attempts.after(error, !this.#byRequest);
      }
    }
    return undefined;
  }

  close(): void {
    if (this.progress.ended) this.#stream?.finish();
    else this.#stream?.close();
    this.#stream = undefined;
  }

  async #open(): Promise<LiveStream<{ event?: ApplicationEvent | undefined }>> {
    const options = await this.#attempts.callOptions();
    const { begin, watch } = this.calls;
    const { applicationId, sequence } = this.progress;
    const { silenceMsMax } = this.line.patience;
    if (begin && this.#byRequest) {
      this.#watchedFrom = undefined;
      const onHeader = (header: Headers) => this.#accepted(header.get("application-id"));
      return new LiveStream(begin, { ...options, onHeader }, silenceMsMax);
    }
    this.#watchedFrom = sequence;
    const open = (call: CallOptions) => watch(applicationId, sequence, call);
    return new LiveStream(open, options, silenceMsMax);
  }

  #read(message: ApplicationEvent): RunEvent | undefined {
    const event = this.progress.read(message);
    this.#attempts.heard();
    this.#accepted(message.applicationId);
    const place = message.event.case === "heartbeat" ? message.event.value.queuePosition : 0;
    if (place) this.#onWaiting?.(place);
    return event;
  }

  /** The run exists: from now on it need not be asked for with the whole request. */
  #accepted(applicationId: string | null): void {
    if (!applicationId || this.#superseded) return;
    this.progress.applicationId = applicationId;
    this.#byRequest = false;
  }

  /** Goes back to the run that was begun here, which only its request finds; or on to the newer one. */
  #leave(other: OtherRun): void {
    if (!this.calls.begin) {
      this.progress.restart(other.runId);
      return;
    }
    if (this.#superseded) throw other;
    this.#superseded = true;
    this.#byRequest = true;
  }

  /** A watch that ended well without any news: there are no more events than were read. */
  #nothingMore(): boolean {
    return this.#watchedFrom === this.progress.sequence;
  }
}
