import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { afterEach, expect, test, vi } from "vitest";
import { arranged, COLUMNS, columnOf } from "../../page/src/model/board.js";
import { PendingEdits } from "../../page/src/model/edits.js";
import { optionsOf, rememberOptions } from "../../page/src/model/options.js";
import { toldOf } from "../../page/src/model/told.js";
import { parseConfig } from "../../page/src/config.js";
import { hashOf, parseRoute } from "../../page/src/route.js";
import { claimsOf, Session } from "../../page/src/session.js";
import { CvTailorError } from "../../page/src/service.js";
import { h } from "../../page/src/ui/dom.js";
import { ApplicationSchema, ApplicationStatus as Status } from "../../src/gen/cvtailor/v1/application_pb.js";
import { Edit_Kind as Kind } from "../../src/gen/cvtailor/v1/cv_generator_pb.js";
import { ErrorReason } from "../../src/gen/cvtailor/v1/error_reason_pb.js";

const ID = "a69f1366-b06a-5c86-a252-6e9a72d569c0";

afterEach(() => {
  localStorage.clear();
  vi.unstubAllGlobals();
});

test.each(["#/", "#/new", "#/data", `#/a/${ID}`, `#/a/${ID}/match`])(
  "the address %s leads back to itself",
  (hash) => {
    expect(hashOf(parseRoute(hash))).toBe(hash);
  },
);

test.each(["", "#/a/1", "#/a/../new", "#/else", `#/b/${ID}`])("the address %j leads to the board", (hash) => {
  expect(parseRoute(hash)).toEqual({ name: "board" });
});

test("every status of the contract has one column", () => {
  const statuses = Object.values(Status).filter(
    (value) => typeof value === "number" && value > 0,
  ) as Status[];
  expect(COLUMNS.flatMap((column) => column.statuses).toSorted()).toEqual(statuses.toSorted());
});

test("an application with a status of a newer service is shown, too", () => {
  const strange = create(ApplicationSchema, { status: 99 as Status });
  expect(arranged([strange]).get(columnOf(99 as Status).name)).toEqual([strange]);
});

test("deciding the same again takes it back, and deciding otherwise replaces it", () => {
  const edits = new PendingEdits();
  edits.toggle(["a", "b"], Kind.PIN);
  edits.toggle(["a"], Kind.HIDE);
  expect([edits.kindOf(["a"]), edits.kindOf(["b"]), edits.kindOf(["a", "b"])]).toEqual([
    Kind.HIDE,
    Kind.PIN,
    undefined,
  ]);
  edits.toggle(["a"], Kind.HIDE);
  expect(edits.list()).toMatchObject([{ target: "b", kind: Kind.PIN }]);
});

test("options are remembered by application", () => {
  rememberOptions(ID, { theme: 3, pageLimit: 2, languageCode: "de", tone: 0, interactive: false });
  expect(optionsOf(ID).theme).toBe(3);
  expect(optionsOf("another").theme).toBe(0);
});

test("an error says what is wrong with which field, and what to do", () => {
  const violations = [{ field: "posting.text", description: "is too short", reason: "" }];
  const told = toldOf(
    new CvTailorError("posting.text is too short", Code.InvalidArgument, {
      reason: ErrorReason.POSTING_UNREADABLE,
      violations,
    }),
  );
  expect(told.fields.get("posting.text")).toBe("is too short");
  expect(told.advice).toContain("whole ad");
});

test("a service that was not reached is told in the page's own words", () => {
  expect(toldOf(new TypeError("Failed to fetch")).message).toBe("The service can't be reached.");
});

test("markup in a text stays text", () => {
  const element = h("p", { title: '"><script>' }, "<img src=x onerror=alert(1)>");
  expect(element.children).toHaveLength(0);
  expect(element.textContent).toContain("<img");
});

test("a configuration that is none is empty", () => {
  expect(parseConfig(null)).toEqual({ supabaseUrl: "", supabasePublishableKey: "", devToken: "" });
  expect(parseConfig({ supabaseUrl: "https://a.example/", devToken: 3 })).toMatchObject({
    supabaseUrl: "https://a.example",
    devToken: "",
  });
});

const tokenFor = (seconds: number) => {
  const claims = { sub: ID, email: "ada@example.org", exp: Date.now() / 1000 + seconds };
  return `e30.${btoa(JSON.stringify(claims)).replace(/=+$/, "")}.sig`;
};
const CONFIG = { supabaseUrl: "https://p.example", supabasePublishableKey: "key", devToken: "" };
const answering = (body: unknown, status = 200) => {
  const ask = vi.fn((..._: Parameters<typeof fetch>) =>
    Promise.resolve(new Response(JSON.stringify(body), { status })),
  );
  vi.stubGlobal("fetch", ask);
  return ask;
};

test("a session outlives the page and knows whose it is", async () => {
  answering({ access_token: tokenFor(3600), refresh_token: "r1" });
  await new Session(CONFIG).signIn("ada@example.org", "secret");
  const later = new Session(CONFIG);
  expect(later.user).toEqual({ id: ID, email: "ada@example.org" });
  expect(claimsOf(await later.token())["sub"]).toBe(ID);
});

test("a token about to expire is refreshed, once for all who ask", async () => {
  answering({ access_token: tokenFor(5), refresh_token: "r1" });
  const session = new Session(CONFIG);
  await session.signIn("ada@example.org", "secret");
  const ask = answering({ access_token: tokenFor(3600), refresh_token: "r2" });
  const token = await session.token();
  expect(await session.token()).toBe(token);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(ask.mock.calls[0]?.[1]?.body).toBe('{"refresh_token":"r1"}');
});

test("a refresh that is refused signs out", async () => {
  answering({ access_token: tokenFor(5), refresh_token: "r1" });
  const session = new Session(CONFIG);
  await session.signIn("ada@example.org", "secret");
  answering({ msg: "Invalid Refresh Token" }, 400);
  await expect(session.token()).rejects.toThrow("Invalid Refresh Token");
  expect(session.isSignedIn).toBe(false);
});

test("what is no token has no claims", () => {
  expect(claimsOf("nonsense")).toEqual({});
});
