import { createHash } from "node:crypto";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  ApplicationStatus,
  type Connection,
  CvTailorError,
  Edit_Kind,
  ErrorReason,
  LineFate,
  type RunEvent,
} from "../../../src/index.js";
import { CuttableLine } from "./cuttable_line.js";
import { client, ENGINEER, EXPIRED_TOKEN, GATEWAY, STRANGERS_TOKEN, TOKEN } from "./surroundings.js";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";

/** Numbers without a gap, and the last one is the end. */
function expectWholeLog(events: readonly RunEvent[]): void {
  expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
  expect(events.at(-1)?.event.case).toBe("completed");
}

describe("a run through the gateway", () => {
  test("is told while it happens, and its documents can be fetched", async () => {
    const service = client();
    const events: RunEvent[] = [];
    let whileRunning: ApplicationStatus | undefined;
    for await (const event of service.generate(ENGINEER)) {
      events.push(event);
      if (event.event.case === "stepStarted" && whileRunning === undefined)
        whileRunning = (await service.get(event.applicationId)).status;
    }
    expectWholeLog(events);
    expect(whileRunning).toBe(ApplicationStatus.GENERATING);

    const application = await service.get(events[0]!.applicationId);
    expect(application.status).toBe(ApplicationStatus.READY);
    const described = application.documents.find(({ name }) => name === "cv.pdf")!;
    const pdf = await service.download(application.id, "cv.pdf");
    const bytes = new Uint8Array(await pdf.arrayBuffer());
    expect(pdf.type).toBe("application/pdf");
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(described.sha256);

    expect((await service.list({ pageSize: 200 })).applications.map(({ id }) => id)).toContain(
      application.id,
    );
    const noted = await service.update(application.id, { notes: "called on Monday" });
    expect(noted.notes).toBe("called on Monday");
    const archive = new Uint8Array(await (await service.exportMyData()).arrayBuffer());
    expect([...archive.slice(0, 2)]).toEqual([0x50, 0x4b]);
  });

  test("is told again from any event on", async () => {
    const service = client();
    const events: RunEvent[] = [];
    for await (const event of service.generate(ENGINEER)) events.push(event);
    const again: RunEvent[] = [];
    const applicationId = events[0]!.applicationId;
    for await (const event of service.watch(applicationId, { afterSequence: 4n })) again.push(event);
    expect(again).toEqual(events.slice(4));
  });
});

describe("over a line that is cut", () => {
  let line: CuttableLine;
  let gateway: string;
  beforeEach(async () => {
    line = new CuttableLine(new URL(GATEWAY));
    gateway = await line.start();
  });
  afterEach(() => line.stop());

  test("a run is told without loss or repeat, even if it is cut after every event", async () => {
    const service = client({ gateway, patience: { firstDelayMs: 20 } });
    const events: RunEvent[] = [];
    let lost = 0;
    const onConnection = ({ state }: Connection) => void (lost += Number(state === "lost"));
    for await (const event of service.generate(ENGINEER, { onConnection })) {
      events.push(event);
      line.cut();
    }
    expectWholeLog(events);
    // What had arrived before a cut is still read, so there are fewer than events.
    expect(lost).toBeGreaterThanOrEqual(3);
    expect(line.connections).toBeGreaterThan(lost);
  });

  test("a revision is told to its end, and its version can be compared", async () => {
    const service = client({ gateway, patience: { firstDelayMs: 20 } });
    const first: RunEvent[] = [];
    for await (const event of service.generate(ENGINEER)) first.push(event);
    const { applicationId } = first[0]!;
    const { claims } = await service.get(applicationId);
    const target = claims.find(({ evidenceIds }) => evidenceIds[0]?.includes("highlights"))!.evidenceIds[0]!;
    const revised: RunEvent[] = [];
    const hide = { kind: Edit_Kind.HIDE, target };
    for await (const event of service.revise(applicationId, { edits: [hide] })) {
      revised.push(event);
      if (revised.length === 2) line.cut();
    }
    expectWholeLog(revised);
    expect(revised[0]!.runId).not.toBe(first[0]!.runId);
    const { toVersion, changes } = await service.compare(applicationId, { fromVersion: 1 });
    expect(toVersion).toBe(2);
    const gone = changes.find(({ evidenceIds }) => evidenceIds.includes(target));
    expect(gone?.fate).toBe(LineFate.LEFT_OUT);
  });

  test("that loses the first answer, the run is begun once only", async () => {
    const service = client();
    const known = (await service.list({ pageSize: 200 })).applications.map(({ id }) => id);
    line.losesNextAnswer = true;
    const run = client({ gateway, patience: { firstDelayMs: 20 } }).generate(ENGINEER);
    const { applicationId } = (await run.next()).value as RunEvent;
    await run.return();
    expect(line.connections).toBe(2);
    const now = (await service.list({ pageSize: 200 })).applications.map(({ id }) => id);
    expect(now).toEqual([applicationId, ...known]);
    await service.cancel(applicationId);
  });

  test("a gateway that is gone is tried again, and then told of", async () => {
    line.stop();
    const service = client({ gateway, patience: { firstDelayMs: 1, streamFailuresMax: 3 } });
    const failures: number[] = [];
    const run = service.generate(ENGINEER, {
      onConnection: (to) => to.state === "lost" && failures.push(to.failure),
    });
    await expect(run.next()).rejects.toMatchObject({
      connectionLost: true,
      actor: "caller-retries",
    });
    expect(failures).toEqual([1, 2, 3]);
  });
});

describe("what the service refuses", () => {
  test("arrives with its reason and its fields", async () => {
    const posting = { text: "too short" };
    const error = await client()
      .generate({ ...ENGINEER, posting })
      .next()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CvTailorError);
    expect(error).toMatchObject({ reason: ErrorReason.INVALID_ARGUMENT, actor: "caller-fixes" });
    expect((error as CvTailorError).violations[0]?.field).toBe("posting.text");
    expect((error as CvTailorError).requestId).not.toBe("");
  });

  test("is the same for an application of somebody else as for none", async () => {
    const service = client();
    const run = service.generate(ENGINEER);
    const { applicationId } = (await run.next()).value as RunEvent;
    await run.return();
    const stranger = client({ token: () => Promise.resolve(STRANGERS_TOKEN) });
    for (const [who, id] of [
      [stranger, applicationId],
      [service, UNKNOWN],
    ] as const)
      await expect(who.get(id)).rejects.toMatchObject({
        reason: ErrorReason.APPLICATION_NOT_FOUND,
      });
    await service.cancel(applicationId);
  });

  test("an expired token is replaced, for a call and for a stream", async () => {
    let asked = 0;
    const token = (refused?: string) => {
      asked += 1;
      return Promise.resolve(refused ? TOKEN : EXPIRED_TOKEN);
    };
    await client({ token }).list();
    const run = client({ token }).generate(ENGINEER);
    const { applicationId } = (await run.next()).value as RunEvent;
    await run.return();
    expect(asked).toBe(4);
    await client().cancel(applicationId);
  });
});

test("an aborted stream ends at once, and the run goes on until it is cancelled", async () => {
  const abort = new AbortController();
  const service = client();
  const run = service.generate(ENGINEER, { signal: abort.signal });
  const { applicationId } = (await run.next()).value as RunEvent;
  abort.abort();
  await expect(run.next()).rejects.toMatchObject({ name: "AbortError" });
  expect((await service.get(applicationId)).status).toBe(ApplicationStatus.GENERATING);
  await service.cancel(applicationId);
});
