/**
 * Runs `work` until it settles or the signal is aborted, whichever is first.
 *
 * What it waits for need not know of the signal: a token provider, a transport that reads on.
 *
 * @throws The signal's reason, once it is aborted.
 */
export async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/**
 * Waits, at most until the browser says that it is online again.
 *
 * @throws The signal's reason, once it is aborted.
 */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  // Workers and browsers have it; Node's global object is no event target.
  const network = "addEventListener" in globalThis ? globalThis : undefined;
  let stop = () => {};
  try {
    await untilAborted(
      signal,
      () =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, delayMs);
          network?.addEventListener("online", resolve as () => void);
          stop = () => {
            clearTimeout(timer);
            network?.removeEventListener("online", resolve as () => void);
          };
        }),
    );
  } finally {
    stop();
  }
}
