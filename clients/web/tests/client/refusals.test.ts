import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";

import type { Connection } from "../../src/client/attempts.js";
import { CvTailorError } from "../../src/client/error.js";
import { ErrorReason } from "../../src/gen/cvtailor/v1/error_reason_pb.js";
import { BadRequestSchema, ErrorInfoSchema } from "../../src/gen/google/rpc/error_details_pb.js";
import { all, APPLICATION, BROKEN, log, refusal, REQUEST, ScriptedService } from "./scripted_service.js";

const LOG = log(3);

describe("an error that waiting does not mend", () => {
  test.each([
    [refusal(Code.InvalidArgument, "CV_UNREADABLE"), "caller-fixes"],
    [refusal(Code.NotFound, "APPLICATION_NOT_FOUND"), "caller-fixes"],
    [refusal(Code.AlreadyExists, "REQUEST_ID_REUSED"), "caller-fixes"],
    [refusal(Code.PermissionDenied, "ACCOUNT_BANNED"), "service-fixes"],
    [refusal(Code.ResourceExhausted, "QUOTA_EXCEEDED", 5_000), "caller-retries"],
    [refusal(Code.Internal, "INTERNAL"), "service-fixes"],
    [new ConnectError("HTTP 404", Code.Unimplemented), "service-fixes"],
  ] as const)("ends the stream at once: %s", async (error, actor) => {
    const service = new ScriptedService([[error], LOG]);
    const run = service.client().generate(REQUEST);
    await expect(all(run)).rejects.toMatchObject({
      name: "CvTailorError",
      code: error.code,
      actor,
    });
    expect(service.seen).toHaveLength(1);
  });

  test("is one of the caller's own program", async () => {
    const service = new ScriptedService([LOG, LOG]);
    const onConnection = ({ state }: Connection) => {
      if (state === "open") throw new Error("no such element");
    };
    const run = service.client().generate(REQUEST, { onConnection });
    await expect(all(run)).rejects.toThrow("no such element");
    expect(service.seen).toHaveLength(1);
  });
});

describe("a typed error", () => {
  test("holds the details of google.rpc", async () => {
    const description = "holds no name";
    const violation = { field: "base_cv.rendercv_yaml", description, reason: "CV_UNREADABLE" };
    const metadata = { line: "7" };
    const info = { reason: "CV_UNREADABLE", domain: "cvtailor.v1", metadata };
    const error = new ConnectError("line 7: holds no name", Code.InvalidArgument, {}, [
      { desc: ErrorInfoSchema, value: info },
      { desc: BadRequestSchema, value: { fieldViolations: [violation] } },
    ]);
    error.metadata.set("x-request-id", "r-1");
    const thrown = await all(new ScriptedService([[error]]).client().generate(REQUEST)).catch(
      (each: unknown) => each,
    );
    expect(thrown).toBeInstanceOf(CvTailorError);
    expect(thrown).toMatchObject({
      message: "line 7: holds no name",
      reason: ErrorReason.CV_UNREADABLE,
      violations: [violation],
      metadata,
      requestId: "r-1",
      retryAfterMs: undefined,
    });
  });

  test("says when to try again", () => {
    const error = CvTailorError.from(refusal(Code.ResourceExhausted, "QUOTA_EXCEEDED", 5_000));
    expect(error).toMatchObject({ retryAfterMs: 5_000, reason: ErrorReason.QUOTA_EXCEEDED });
  });

  test("does not take another service's reason for one of ours", () => {
    const info = { reason: "INTERNAL", domain: "googleapis.com" };
    const detail = { desc: ErrorInfoSchema, value: info };
    const error = CvTailorError.from(new ConnectError("", Code.Unavailable, {}, [detail]));
    expect(error).toMatchObject({ reason: ErrorReason.UNSPECIFIED, connectionLost: true });
  });

  test("bears a reason that is newer than the client", () => {
    const error = CvTailorError.from(refusal(Code.InvalidArgument, "NOT_YET_THOUGHT_OF"));
    expect(error).toMatchObject({ reason: ErrorReason.UNSPECIFIED, actor: "caller-fixes" });
  });
});

describe("an expired token", () => {
  const EXPIRED = refusal(Code.Unauthenticated, "TOKEN_EXPIRED");

  test.each([
    ["the service", EXPIRED],
    ["a gateway, which gives no reason", new ConnectError("Jwt is expired", Code.Unauthenticated)],
  ])("that %s refuses is replaced once, and the stream goes on", async (_, refused) => {
    const service = new ScriptedService([[LOG[0]!, BROKEN], [refused], LOG.slice(1)]);
    const asked: (string | undefined)[] = [];
    const token = (old?: string) => {
      asked.push(old);
      return Promise.resolve(old ? "fresh" : "stale");
    };
    const events = await all(service.client({}, token).generate(REQUEST));
    expect(events).toHaveLength(3);
    expect(asked).toEqual([undefined, undefined, "stale"]);
    expect(service.seen[2]).toMatchObject({ method: "watch", token: "Bearer fresh" });
  });

  test("is replaced once only, where the fresh one is refused as well", async () => {
    const service = new ScriptedService([[EXPIRED], [EXPIRED], LOG]);
    const reason = ErrorReason.TOKEN_EXPIRED;
    await expect(all(service.client().generate(REQUEST))).rejects.toMatchObject({ reason });
    expect(service.seen).toHaveLength(2);
  });

  test("is replaced again when the next one expires, after events were told", async () => {
    const service = new ScriptedService([[EXPIRED], [LOG[0]!, BROKEN], [EXPIRED], LOG.slice(1)]);
    expect(await all(service.client().generate(REQUEST))).toHaveLength(3);
  });

  test("is replaced in a call that is not repeated otherwise", async () => {
    const tokens: (string | null)[] = [];
    const client = new ScriptedService([]).client({}, (old) => Promise.resolve(old ? "b" : "a"), {
      updateApplication: (_, { requestHeader }) => {
        tokens.push(requestHeader.get("authorization"));
        if (tokens.length === 1) throw EXPIRED;
        return { application: { id: APPLICATION } };
      },
    });
    await client.update(APPLICATION, { notes: "" });
    expect(tokens).toEqual(["Bearer a", "Bearer b"]);
  });

  test("is another thing than an invalid one, which is not sent twice", async () => {
    const service = new ScriptedService([[refusal(Code.Unauthenticated, "TOKEN_INVALID")], LOG]);
    await expect(all(service.client().generate(REQUEST))).rejects.toMatchObject({
      reason: ErrorReason.TOKEN_INVALID,
    });
    expect(service.seen).toHaveLength(1);
  });
});

test("a token provider that fails ends the call: nobody is signed in", async () => {
  const service = new ScriptedService([LOG]);
  const client = service.client({}, () => Promise.reject(new Error("signed out")));
  await expect(all(client.generate(REQUEST))).rejects.toMatchObject({
    reason: ErrorReason.TOKEN_MISSING,
    message: "There is no access token: signed out",
  });
  expect(service.seen).toHaveLength(0);
});
