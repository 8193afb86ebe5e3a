import { Code, ConnectError } from "@connectrpc/connect";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Connection } from "../../src/client/attempts.js";
import { delayMs, PATIENCE } from "../../src/client/patience.js";
import {
  all,
  BROKEN,
  HEARTBEAT,
  log,
  refusal,
  REQUEST,
  type Script,
  ScriptedService,
} from "./scripted_service.js";

const LOG = log(3);

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Follows a run over these connections with the usual patience; returns the waits and how it ended. */
async function waits(scripts: Script[]): Promise<{ delays: number[]; error: unknown }> {
  const delays: number[] = [];
  const onConnection = (connection: Connection) => {
    if (connection.state === "lost") delays.push(connection.delayMs);
  };
  const run = all(new ScriptedService(scripts).client(PATIENCE).generate(REQUEST, { onConnection }));
  const ended = run.then(
    () => undefined,
    (error: unknown) => error,
  );
  for (let turn = 0; turn < 80; turn++) await vi.advanceTimersByTimeAsync(PATIENCE.delayMsMax);
  return { delays, error: await ended };
}

describe("the waits between attempts", () => {
  test("double up to their bound, at random between half and all of it", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const { delays, error } = await waits([...Array<Script>(10).fill([BROKEN]), LOG]);
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 10_000]);
    expect(error).toBeUndefined();
    vi.spyOn(Math, "random").mockReturnValue(0);
    expect(delayMs(3, PATIENCE)).toBe(500);
  });

  test("end after a number of failures in a row", async () => {
    const { delays, error } = await waits(Array<Script>(40).fill([BROKEN]));
    expect(delays).toHaveLength(PATIENCE.streamFailuresMax);
    expect(error).toMatchObject({ name: "CvTailorError", connectionLost: true });
  });

  test("begin anew after a heartbeat", async () => {
    const { delays, error } = await waits([...Array<Script>(20).fill([HEARTBEAT, BROKEN]), LOG]);
    expect(delays).toHaveLength(20);
    expect(Math.max(...delays)).toBeLessThanOrEqual(PATIENCE.firstDelayMs);
    expect(error).toBeUndefined();
  });

  test("are never shorter than the service asks for", async () => {
    const draining = refusal(Code.Unavailable, "SERVER_DRAINING", 30_000);
    const { delays } = await waits([[LOG[0]!, draining], LOG.slice(1)]);
    expect(delays).toEqual([30_000]);
  });

  test("end if the service asks for more than the caller would bear", async () => {
    const away = refusal(Code.Unavailable, "DEPENDENCY_UNAVAILABLE", 3_600_000);
    const { delays, error } = await waits([[away], LOG]);
    expect(delays).toEqual([]);
    expect(error).toMatchObject({ retryAfterMs: 3_600_000, actor: "caller-retries" });
  });

  test("end early when the browser is online again", async () => {
    const network = new EventTarget();
    vi.stubGlobal("addEventListener", network.addEventListener.bind(network));
    vi.stubGlobal("removeEventListener", network.removeEventListener.bind(network));
    const service = new ScriptedService([[BROKEN], LOG]);
    const onConnection = ({ state }: Connection) =>
      state === "lost" && queueMicrotask(() => network.dispatchEvent(new Event("online")));
    const client = service.client({ firstDelayMs: 3_600_000, delayMsMax: 3_600_000 });
    expect(await all(client.generate(REQUEST, { onConnection: (to) => void onConnection(to) }))).toHaveLength(
      3,
    );
    vi.unstubAllGlobals();
  });
});

describe("a stream that falls silent", () => {
  test("is taken for dead after its bound, and the run is told by another", async () => {
    const service = new ScriptedService([[LOG[0]!, "silence"], LOG.slice(1)]);
    const told: Connection[] = [];
    const run = all(service.client(PATIENCE).generate(REQUEST, { onConnection: (to) => told.push(to) }));
    await vi.advanceTimersByTimeAsync(PATIENCE.silenceMsMax - 1);
    expect(service.seen).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(PATIENCE.firstDelayMs + 1);
    expect(await run).toHaveLength(3);
    expect(service.hungUp[0]).toMatchObject({ method: "generate" });
    expect(told[1]).toMatchObject({
      state: "lost",
      error: { message: "Nothing was heard for 45 s, not even a heartbeat." },
    });
  });

  test("between heartbeats is alive, however long the run takes", async () => {
    const slow = Array.from({ length: 20 }, () => [30_000, HEARTBEAT]).flat();
    const { delays, error } = await waits([[LOG[0]!, ...slow, ...LOG.slice(1)]]);
    expect([delays, error]).toEqual([[], undefined]);
  });

  test("after its last event does not keep the caller waiting", async () => {
    const service = new ScriptedService([[...LOG, "silence"]]);
    expect(await all(service.client(PATIENCE).generate(REQUEST))).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(service.hungUp).toHaveLength(1);
  });
});

test("too many requests are waited out where a run goes on, and told where it would begin", async () => {
  const busy = refusal(Code.ResourceExhausted, "QUOTA_EXCEEDED", 1_000);
  const { delays } = await waits([[LOG[0]!, BROKEN], [busy], LOG.slice(1)]);
  expect(delays[1]).toBe(1_000);
  const { error } = await waits([[busy], LOG]);
  expect(error).toMatchObject({ retryAfterMs: 1_000, actor: "caller-retries" });
});

test("the gateway's own UNAVAILABLE and a cut body count as lost; a deadline does not", async () => {
  for (const [code, tries] of [
    [Code.Unavailable, 2],
    [Code.DataLoss, 2],
    [Code.DeadlineExceeded, 1],
  ] as const) {
    const service = new ScriptedService([[new ConnectError("", code)], LOG]);
    const run = all(service.client().generate(REQUEST)).catch(() => []);
    await vi.advanceTimersByTimeAsync(10);
    await run;
    expect(service.seen).toHaveLength(tries);
  }
});
