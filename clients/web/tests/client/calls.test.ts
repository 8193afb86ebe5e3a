import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { expect, test } from "vitest";

import { CvGenerator, GetApplicationResponseSchema } from "../../src/gen/cvtailor/v1/cv_generator_pb.js";
import { APPLICATION, ScriptedService } from "./scripted_service.js";

const AWAY = new ConnectError("no healthy upstream", Code.Unavailable);
const FOUND = create(GetApplicationResponseSchema, {
  application: { id: APPLICATION, title: "Engineer" },
});

function clientOf(others: Partial<ServiceImpl<typeof CvGenerator>>) {
  return new ScriptedService([]).client({}, undefined, others);
}

test("a call that changes nothing is made again after a lost connection, a few times", async () => {
  let calls = 0;
  const client = clientOf({
    getApplication: () => {
      calls += 1;
      if (calls < 3) throw AWAY;
      return FOUND;
    },
  });
  expect((await client.get(APPLICATION)).title).toBe("Engineer");
  calls = -10;
  await expect(client.get(APPLICATION)).rejects.toMatchObject({ code: Code.Unavailable });
  expect(calls).toBe(-7);
});

test("a call that the contract does not call idempotent is made once", async () => {
  let calls = 0;
  const away = () => {
    calls += 1;
    throw AWAY;
  };
  const client = clientOf({ updateApplication: away, createDocumentLink: away });
  await expect(client.update(APPLICATION, { notes: "called" })).rejects.toThrow("no healthy upstream");
  await expect(client.documentLink(APPLICATION, "cv.pdf")).rejects.toThrow("no healthy upstream");
  expect(calls).toBe(2);
});

test("a document is a file with its name and type, and fetched again if its stream breaks", async () => {
  let calls = 0;
  const client = clientOf({
    async *downloadDocument({ name, version }) {
      yield { part: { case: "document", value: { name, mediaType: "application/pdf" } } };
      yield { part: { case: "chunk", value: new TextEncoder().encode(`%PDF of ${version}, `) } };
      calls += 1;
      if (calls === 1) throw AWAY;
      yield { part: { case: "chunk", value: new TextEncoder().encode("whole") } };
    },
  });
  const file = await client.download(APPLICATION, "cv.pdf", { version: 2 });
  expect([file.name, file.type]).toEqual(["cv.pdf", "application/pdf"]);
  expect(await file.text()).toBe("%PDF of 2, whole");
});

test("an export is a file, and a deletion says how much is gone", async () => {
  const confirmed: string[] = [];
  const client = new ScriptedService([]).client(
    {},
    undefined,
    {},
    {
      async *exportMyData() {
        const archive = { fileName: "cvtailor-export.zip", mediaType: "application/zip" };
        yield { part: { case: "export", value: archive } };
        yield { part: { case: "chunk", value: new Uint8Array([80, 75]) } };
      },
      deleteMyData: ({ confirmUserId }) => {
        confirmed.push(confirmUserId);
        return { applications: 2, files: 9 };
      },
    },
  );
  expect(await client.exportMyData()).toMatchObject({ name: "cvtailor-export.zip", size: 2 });
  expect(await client.deleteMyData(APPLICATION)).toEqual({ applications: 2, files: 9 });
  expect(confirmed).toEqual([APPLICATION]);
});

test("the other calls send what they are given, and answer in plain types", async () => {
  const sent: unknown[] = [];
  const note =
    <T extends object>(answer: T) =>
    (request: unknown) => {
      sent.push(request);
      return answer;
    };
  const client = clientOf({
    listApplications: note({ applications: [FOUND.application!], nextPageToken: "next" }),
    answerQuestion: note({}),
    cancelApplication: note({ application: FOUND.application! }),
    compareVersions: note({ fromVersion: 1, toVersion: 2 }),
    createDocumentLink: note({ url: "https://example.org/cv", expireTime: { seconds: 60n } }),
  });
  expect(await client.list({ pageSize: 1 })).toMatchObject({ nextPageToken: "next" });
  await client.answer(APPLICATION, { questionId: "question[0]", text: "Yes", entryId: "e[0]" });
  expect(await client.cancel(APPLICATION)).toMatchObject({ id: APPLICATION });
  expect(await client.compare(APPLICATION, { fromVersion: 1 })).toMatchObject({ toVersion: 2 });
  expect(await client.documentLink(APPLICATION, "cv.pdf", { lifetimeSeconds: 60 })).toEqual({
    url: "https://example.org/cv",
    expiresAt: new Date(60_000),
  });
  expect(sent).toMatchObject([
    { pageSize: 1 },
    { applicationId: APPLICATION, questionId: "question[0]", text: "Yes", entryId: "e[0]" },
    { applicationId: APPLICATION },
    { applicationId: APPLICATION, fromVersion: 1, toVersion: 0 },
    { applicationId: APPLICATION, name: "cv.pdf", lifetimeSeconds: 60 },
  ]);
});
