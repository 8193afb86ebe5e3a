import { type CallOptions, Code } from "@connectrpc/connect";

import { ErrorReason } from "../gen/cvtailor/v1/error_reason_pb.js";
import { pause, untilAborted } from "./abort.js";
import { CvTailorError } from "./error.js";
import { delayMs, type Patience } from "./patience.js";

/**
 * Gives the access token of who is signed in. It is asked before every attempt, so it should keep the
 * token; `refused` is one that has just been refused as expired, so that it can refresh the session.
 * What it throws ends the call, as nobody is signed in; a CvTailorError is taken as it is.
 */
export type TokenProvider = (refused?: string) => Promise<string>;

/** What every call of a client shares. */
export interface Line {
  readonly token: TokenProvider;
  readonly patience: Patience;
}

/** How a stream stands, for whoever shows it. */
export type Connection =
  | { readonly state: "open" }
  | {
      readonly state: "lost";
      readonly error: CvTailorError;
      /** 1 for the first failure in a row. */
      readonly failure: number;
      /** When it is tried again. */
      readonly delayMs: number;
    };

interface Bounds {
  readonly failuresMax: number;
  readonly signal: AbortSignal;
  readonly onConnection?: ((connection: Connection) => void) | undefined;
}

/** The attempts of one call: what each sends along, and whether and when there is another. */
export class Attempts {
  #failures = 0;
  #token = "";
  #refused: string | undefined;
  #open = false;

  constructor(
    private readonly line: Line,
    private readonly bounds: Bounds,
  ) {}

  /** Asks for the token of the attempt that begins. */
  async callOptions(): Promise<CallOptions & { readonly signal: AbortSignal }> {
    const { signal } = this.bounds;
    this.#token = await untilAborted(signal, () =>
      this.line.token(this.#refused).catch((error: unknown) => Promise.reject(noToken(error))),
    );
    return { headers: { authorization: `Bearer ${this.#token}` }, signal };
  }

  /** The service was heard: whatever fails from now on is a new failure. */
  heard(): void {
    this.#failures = 0;
    this.#refused = undefined;
    if (!this.#open) {
      this.#open = true;
      this.bounds.onConnection?.({ state: "open" });
    }
  }

  /**
   * Returns when it is time for another attempt.
   *
   * @param waitsForQuota Whether too many requests are waited out. Not where a run is begun: too many of
   *   the caller's runs are a thing to tell them.
   * @throws CvTailorError if there is none.
   * @throws The signal's reason, once it is aborted.
   */
  async after(thrown: unknown, waitsForQuota = true): Promise<void> {
    const { signal, failuresMax, onConnection } = this.bounds;
    signal.throwIfAborted();
    const error = CvTailorError.from(thrown);
    if (error.tokenExpired && this.#refused === undefined) {
      this.#refused = this.#token;
      return;
    }
    const { patience } = this.line;
    const patient = (error.retryAfterMs ?? 0) <= patience.retryAfterMsMax;
    const passing = error.connectionLost || (waitsForQuota && error.reason === ErrorReason.QUOTA_EXCEEDED);
    if (!passing || this.#failures >= failuresMax || !patient) throw error;
    this.#failures += 1;
    this.#open = false;
    const wait = delayMs(this.#failures, patience, error.retryAfterMs);
    onConnection?.({ state: "lost", error, failure: this.#failures, delayMs: wait });
    await pause(wait, signal);
  }
}

function noToken(thrown: unknown): CvTailorError {
  if (thrown instanceof CvTailorError) return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new CvTailorError(`There is no access token: ${why}`, Code.Unauthenticated, {
    reason: ErrorReason.TOKEN_MISSING,
    cause: thrown,
  });
}

/**
 * Makes a call, and makes it again as long as that is right.
 *
 * @param failuresMax How many lost connections it bears; 0 for a call that must not be made twice.
 */
export async function attempt<T>(
  line: Line,
  failuresMax: number,
  signal: AbortSignal | undefined,
  call: (options: CallOptions & { readonly signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const ends = signal ?? new AbortController().signal;
  const attempts = new Attempts(line, { failuresMax, signal: ends });
  for (;;) {
    try {
      const options = await attempts.callOptions();
      return await untilAborted(ends, () => call(options));
    } catch (error) {
      await attempts.after(error);
    }
  }
}
