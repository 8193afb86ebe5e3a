import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";

import type { Connection } from "../../src/client/attempts.js";
import {
  APPLICATION,
  BROKEN,
  event,
  HEARTBEAT,
  log,
  refusal,
  REQUEST,
  ScriptedService,
  sequences,
} from "./scripted_service.js";

const LOG = log(5);
const NUMBERS = [1, 2, 3, 4, 5];
const DRAINING = refusal(Code.Unavailable, "SERVER_DRAINING", 0);

describe("a run whose connection breaks", () => {
  for (const [how, failure] of [
    ["breaks", BROKEN],
    ["ends with the process", DRAINING],
    ["ends at the gateway", new ConnectError("upstream reset", Code.Unavailable)],
    ["is cut by a gateway whose backend died", new ConnectError("upstream reset", Code.Internal)],
  ] as const) {
    test.each([1, 2, 3, 4])(`is told without loss or repeat when it ${how} after event %i`, async (n) => {
      const service = new ScriptedService([[...LOG.slice(0, n), failure], LOG.slice(n)]);
      expect(await sequences(service.client().generate(REQUEST))).toEqual(NUMBERS);
      expect(service.seen.map(({ method }) => method)).toEqual(["generate", "watch"]);
      expect(service.seen[1]?.after).toBe(BigInt(n));
    });
  }

  test("is told even if every connection carries one event only", async () => {
    const service = new ScriptedService(LOG.map((each) => [each, BROKEN]));
    expect(await sequences(service.client({ streamFailuresMax: 1 }).generate(REQUEST))).toEqual(NUMBERS);
  });

  test("is begun again with the same request id if nothing was heard of it", async () => {
    const service = new ScriptedService([[BROKEN], [DRAINING], LOG]);
    expect(await sequences(service.client().generate(REQUEST))).toEqual(NUMBERS);
    const ids = service.seen.map(({ requestId }) => requestId);
    expect(service.seen.map(({ method }) => method)).toEqual(["generate", "generate", "generate"]);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(1);
  });

  test("is watched once the header named the application, even before its first event", async () => {
    const service = new ScriptedService([["header", "silence"], LOG]);
    service.header = { "application-id": APPLICATION };
    const client = service.client({ silenceMsMax: 20 });
    expect(await sequences(client.generate(REQUEST))).toEqual(NUMBERS);
    expect(service.seen.map(({ method }) => method)).toEqual(["generate", "watch"]);
  });

  test("keeps the caller's own request id", async () => {
    const service = new ScriptedService([LOG]);
    await sequences(service.client().generate({ ...REQUEST, requestId: APPLICATION }));
    expect(service.seen[0]?.requestId).toBe(APPLICATION);
  });

  test("says when the connection is lost and when it is back", async () => {
    const service = new ScriptedService([[LOG[0]!, BROKEN], [BROKEN], LOG.slice(1)]);
    const told: Connection[] = [];
    const onConnection = (connection: Connection) => told.push(connection);
    await sequences(service.client().generate(REQUEST, { onConnection }));
    expect(told.map(({ state }) => state)).toEqual(["open", "lost", "lost", "open"]);
    expect(told[2]).toMatchObject({ failure: 2, error: { actor: "caller-retries" } });
  });
});

describe("the log of a run", () => {
  test("is told once where a connection repeats events", async () => {
    const service = new ScriptedService([[...LOG.slice(0, 3), BROKEN], LOG]);
    expect(await sequences(service.client().generate(REQUEST))).toEqual(NUMBERS);
  });

  test("is asked for again where events are missing", async () => {
    const service = new ScriptedService([[LOG[0]!, LOG[3]!], LOG.slice(1)]);
    expect(await sequences(service.client().generate(REQUEST))).toEqual(NUMBERS);
    expect(service.seen[1]?.after).toBe(1n);
  });

  test("is given up where the same events are missing again", async () => {
    const holed = [LOG[0]!, LOG[3]!];
    const service = new ScriptedService([holed, holed.slice(1), holed.slice(1)]);
    await expect(sequences(service.client().generate(REQUEST))).rejects.toMatchObject({
      code: Code.Internal,
      message: "Event 4 came after event 1.",
    });
    expect(service.seen).toHaveLength(2);
  });

  test("is told without heartbeats and without what this client does not know", async () => {
    const unknown = event(2, { case: undefined });
    const service = new ScriptedService([[LOG[0]!, HEARTBEAT, unknown, ...LOG.slice(2)]]);
    expect(await sequences(service.client().generate(REQUEST))).toEqual([1, 3, 4, 5]);
  });

  test("tells its place in the queue aside, until it begins", async () => {
    const waiting = [3, 1, 0].map((queuePosition) =>
      event(0, { case: "heartbeat", value: { queuePosition } }),
    );
    const service = new ScriptedService([[LOG[0]!, ...waiting, ...LOG.slice(1)]]);
    const places: number[] = [];
    const onWaiting = (place: number) => places.push(place);
    expect(await sequences(service.client().generate(REQUEST, { onWaiting }))).toEqual(NUMBERS);
    expect(places).toEqual([3, 1]);
  });

  test("is asked for again where a stream ends well before the run does", async () => {
    const service = new ScriptedService([LOG.slice(0, 2), LOG.slice(2)]);
    expect(await sequences(service.client().generate(REQUEST))).toEqual(NUMBERS);
  });
});

describe("watching", () => {
  test("begins after the event that the caller has", async () => {
    const service = new ScriptedService([LOG.slice(3)]);
    expect(await sequences(service.client().watch(APPLICATION, { afterSequence: 3n }))).toEqual([4, 5]);
    expect(service.seen).toMatchObject([{ method: "watch", after: 3n }]);
  });

  test("ends at once if the caller has had the last event", async () => {
    const service = new ScriptedService([[]]);
    expect(await sequences(service.client().watch(APPLICATION, { afterSequence: 5n }))).toEqual([]);
    expect(service.seen).toHaveLength(1);
  });

  test("goes over to the run that began while the connection was lost, from its first event", async () => {
    const newer = log(4, "newer");
    const service = new ScriptedService([[...LOG.slice(0, 2), BROKEN], newer.slice(2), newer]);
    const watched = service.client().watch(APPLICATION);
    expect(await sequences(watched)).toEqual([1, 2, 1, 2, 3, 4]);
    expect(service.seen.map(({ after }) => after)).toEqual([0n, 2n, 0n]);
  });
});

describe("a revision", () => {
  test("is asked for with the same request id until it is accepted, then watched", async () => {
    const service = new ScriptedService([[BROKEN], [LOG[0]!, BROKEN], LOG.slice(1)]);
    expect(await sequences(service.client().revise(APPLICATION, { feedback: "Kafka" }))).toEqual(NUMBERS);
    expect(service.seen.map(({ method }) => method)).toEqual(["revise", "revise", "watch"]);
    expect(service.seen[0]?.requestId).toBe(service.seen[1]?.requestId);
  });

  test("is told to its end even if a newer run of the application has begun", async () => {
    const service = new ScriptedService([
      [...LOG.slice(0, 2), BROKEN],
      [{ ...HEARTBEAT, runId: "newer" }],
      [...LOG.slice(0, 3), BROKEN],
      LOG,
    ]);
    expect(await sequences(service.client().revise(APPLICATION, {}))).toEqual(NUMBERS);
    expect(service.seen.map(({ method }) => method)).toEqual(["revise", "watch", "revise", "revise"]);
  });
});
