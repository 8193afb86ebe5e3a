import { setTimeout as delay } from "node:timers/promises";

import { expect, test } from "vitest";

import { all, APPLICATION, BROKEN, log, REQUEST, ScriptedService } from "./scripted_service.js";

const LOG = log(3);

test("an aborted stream ends at once with the signal's reason, hangs up and does not retry", async () => {
  const service = new ScriptedService([[LOG[0]!, "silence"], LOG]);
  const abort = new AbortController();
  const run = service.client().generate(REQUEST, { signal: abort.signal });
  expect((await run.next()).value?.sequence).toBe(1n);
  const next = run.next();
  abort.abort(new Error("enough"));
  await expect(next).rejects.toThrow("enough");
  await delay(10);
  expect(service.seen).toHaveLength(1);
  expect(service.hungUp).toHaveLength(1);
});

test("a stream that is aborted while it waits to try again does not try again", async () => {
  const service = new ScriptedService([[BROKEN], LOG]);
  const abort = new AbortController();
  const patience = { firstDelayMs: 3_600_000, delayMsMax: 3_600_000 };
  const onConnection = () => abort.abort();
  const run = service.client(patience).generate(REQUEST, { signal: abort.signal, onConnection });
  await expect(all(run)).rejects.toMatchObject({ name: "AbortError" });
  expect(service.seen).toHaveLength(1);
});

test("nothing is called under a signal that is aborted already", async () => {
  const service = new ScriptedService([LOG]);
  const signal = AbortSignal.abort();
  await expect(all(service.client().generate(REQUEST, { signal }))).rejects.toMatchObject({
    name: "AbortError",
  });
  await expect(service.client().get(APPLICATION, { signal })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(service.seen).toHaveLength(0);
});

test("a call is aborted even while it waits for a token", async () => {
  const abort = new AbortController();
  const client = new ScriptedService([]).client({}, () => new Promise(() => {}));
  const call = client.get(APPLICATION, { signal: abort.signal });
  abort.abort();
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
});

test("a unary call and a download are aborted while they are under way", async () => {
  const client = new ScriptedService([]).client({}, undefined, {
    getApplication: () => new Promise(() => {}),
    async *downloadDocument() {
      yield { part: { case: "document", value: { name: "cv.pdf" } } };
      await new Promise(() => {});
    },
  });
  for (const call of [
    (signal: AbortSignal) => client.get(APPLICATION, { signal }),
    (signal: AbortSignal) => client.download(APPLICATION, "cv.pdf", { signal }),
  ]) {
    const abort = new AbortController();
    const under = call(abort.signal);
    setTimeout(() => abort.abort(), 5);
    await expect(under).rejects.toMatchObject({ name: "AbortError" });
  }
});

test("leaving the iteration hangs up", async () => {
  const service = new ScriptedService([[LOG[0]!, "silence"]]);
  for await (const _ of service.client().generate(REQUEST)) break;
  await delay(10);
  expect(service.hungUp).toHaveLength(1);
});
