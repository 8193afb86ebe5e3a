/** How long the client waits, and how often it tries; every bound of it. */
export interface Patience {
  /** About how long it waits after the first failure; each wait is twice the one before. */
  readonly firstDelayMs: number;
  /** The longest of these waits. */
  readonly delayMsMax: number;
  /** Failures in a row after which a stream gives up; any event or heartbeat begins anew. */
  readonly streamFailuresMax: number;
  /** Failures after which a call that may be repeated gives up. */
  readonly callFailuresMax: number;
  /** The longest wait that the service may ask for (`RetryInfo`); asked for more, the client gives up. */
  readonly retryAfterMsMax: number;
  /** Silence after which a stream is taken for dead. The service sends a heartbeat every 15 s. */
  readonly silenceMsMax: number;
  /** Deadline of a call that is no stream; the service knows it, too. */
  readonly callMsMax: number;
}

/** Gives up a stream after about a minute without any connection. */
export const PATIENCE: Patience = {
  firstDelayMs: 250,
  delayMsMax: 10_000,
  streamFailuresMax: 10,
  callFailuresMax: 2,
  retryAfterMsMax: 60_000,
  silenceMsMax: 45_000,
  callMsMax: 60_000,
};

/**
 * How long to wait after the n-th failure in a row.
 *
 * Doubles up to the bound; of that between half and all, at random, so that the clients of a service that
 * comes back do not all come at once. Never sooner than the service asked for.
 */
export function delayMs(failure: number, patience: Patience, retryAfterMs = 0): number {
  const full = Math.min(patience.firstDelayMs * 2 ** (failure - 1), patience.delayMsMax);
  return Math.max(full * (0.5 + Math.random() / 2), retryAfterMs);
}
