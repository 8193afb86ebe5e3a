import { type CallOptions, Code } from "@connectrpc/connect";

import { untilAborted } from "./abort.js";
import { CvTailorError } from "./error.js";

const FINISH_MS_MAX = 1_000;

/** One connection of a server stream, given up when nothing is heard of it for too long. */
export class LiveStream<T> {
  readonly #end = new AbortController();
  readonly #signal: AbortSignal;
  readonly #messages: AsyncIterator<T>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param open Begins the call.
   * @param options Of the call, with a signal.
   * @param silenceMsMax Silence after which the connection is given up.
   */
  constructor(
    open: (options: CallOptions) => AsyncIterable<T>,
    options: CallOptions & { readonly signal: AbortSignal },
    private readonly silenceMsMax: number,
  ) {
    this.#signal = AbortSignal.any([options.signal, this.#end.signal]);
    this.#messages = open({ ...options, signal: this.#signal })[Symbol.asyncIterator]();
    this.#listen();
  }

  /** Returns the next message, or undefined after the last. */
  async next(): Promise<T | undefined> {
    try {
      const result = await untilAborted(this.#signal, () => this.#messages.next());
      if (result.done) clearTimeout(this.#timer);
      else this.#listen();
      return result.done ? undefined : result.value;
    } catch (error) {
      // The transport's words for being aborted say nothing about why.
      this.#signal.throwIfAborted();
      throw error;
    }
  }

  /** Ends the call, wherever it is. */
  close(): void {
    clearTimeout(this.#timer);
    this.#end.abort(new CvTailorError("The stream was closed.", Code.Canceled));
  }

  /** Leaves the rest of a stream that has said all to be read, so that its connection can be used again. */
  finish(): void {
    void this.next().catch(() => undefined);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), FINISH_MS_MAX);
  }

  #listen(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end.abort(silent(this.silenceMsMax)), this.silenceMsMax);
  }
}

function silent(silenceMs: number): CvTailorError {
  const seconds = Math.round(silenceMs / 1000);
  return new CvTailorError(`Nothing was heard for ${seconds} s, not even a heartbeat.`, Code.Unavailable);
}
