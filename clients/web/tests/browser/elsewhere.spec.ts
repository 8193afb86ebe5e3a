import type { Page } from "@playwright/test";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, type Person, test } from "./people.js";
import { GATEWAY, LINK } from "./surroundings.js";

let server: Server;
let stranger: string;

test.beforeAll(async () => {
  server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end("<p>elsewhere</p>"));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  stranger = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

test.afterAll(() => void server.close());

test("a page of another origin can't call the service, even with a token", async ({
  page,
  person,
  guard,
}) => {
  await page.goto("/");
  expect(await call(page, person)).toBe("200");
  expect(await call(page, person, "POST")).toBe("200");

  guard.expect(
    new RegExp(`request to elsewhere: ${stranger}|blocked by CORS policy|net::ERR_FAILED|favicon`),
  );
  await page.goto(stranger);
  expect(await call(page, person)).toBe("TypeError");
  expect(await call(page, person, "POST")).toBe("TypeError");
});

test("a page of another origin can't read the token of whoever opened the link", async ({ page, guard }) => {
  await page.goto(LINK);
  await expect.poll(() => config(page)).toContain("eyJ");

  guard.expect(
    new RegExp(`request to elsewhere: ${stranger}|blocked by CORS policy|net::ERR_FAILED|favicon`),
  );
  await page.goto(stranger);
  expect(await config(page)).toBe("TypeError");
});

test("no other page may frame this one", async ({ page, guard }) => {
  guard.expect(/request to elsewhere|frame-ancestors|favicon/);
  await page.goto(stranger);
  await page.setContent(`<iframe src="${GATEWAY}/"></iframe>`);
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
});

/** Lists the applications over gRPC-Web or plain HTTP; the status, or the name of what was thrown. */
const call = (page: Page, { token }: Person, method: "GET" | "POST" = "GET") =>
  page.evaluate(
    async ([gateway, authorization, how]) => {
      const isGet = how === "GET";
      const path = isGet ? "/v1/applications" : "/cvtailor.v1.CvGenerator/ListApplications";
      const headers = isGet
        ? { authorization }
        : { authorization, "content-type": "application/grpc-web+proto" };
      const body = isGet ? null : new Uint8Array(5);
      const answer = await fetch(gateway + path, { method: how, headers, body }).catch(
        (error: Error) => error,
      );
      return answer instanceof Error ? answer.name : String(answer.status);
    },
    [GATEWAY, `Bearer ${token}`, method] as const,
  );

/** What the page is told of where it is, a token among it; or the name of what was thrown. */
const config = (page: Page) =>
  page.evaluate(
    (url) =>
      fetch(url, { credentials: "include" }).then(
        (answer) => answer.text(),
        (error: Error) => error.name,
      ),
    `${GATEWAY}/config.json`,
  );
