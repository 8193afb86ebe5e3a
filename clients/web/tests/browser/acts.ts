import { type APIRequestContext, type Download, expect, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";

import type { Person } from "./people.js";
import { AD_WITH_GAP, ENGINEER, ENGINEERS_AD, example } from "./surroundings.js";

/** Steps of a run by how the page shows them. */
export const phase = (page: Page, name: "waiting" | "running" | "done") =>
  page.locator(`.step[data-phase="${name}"] .step-name`);

/** The part of a result that is shown. */
export const panel = (page: Page) => page.getByRole("tabpanel");

/** Waits until all that belongs to a part of a result is there. */
export async function expectLoaded(page: Page): Promise<void> {
  await expect(panel(page)).toBeVisible();
  await expect(panel(page).locator(".skeleton, .loading")).toHaveCount(0);
}

/** Makes an application as a program would, and returns its id once it is finished. */
export async function finishedApplication(request: APIRequestContext, person: Person): Promise<string> {
  const answer = await request.post("/v1/applications", {
    headers: authorized(person),
    data: { baseCv: { rendercvYaml: ENGINEER }, posting: { text: ENGINEERS_AD } },
  });
  const events = (await answer.text()).trim().split("\n");
  expect(events.at(-1)).toContain('"completed"');
  return (JSON.parse(events[0]!) as { event: { applicationId: string } }).event.applicationId;
}

/** Starts a run in the page; it comes as far as its question, and waits there. Returns the application's id. */
export async function runThatAsks(page: Page): Promise<string> {
  await page.goto("/#/new");
  await page.locator("#cv-file").setInputFiles(example("engineer", "cv.yaml"));
  await page.getByLabel("Text of the ad").fill(AD_WITH_GAP);
  await page.getByLabel("Ask me about gaps").check();
  await page.getByRole("button", { name: "Tailor my CV" }).click();
  await expect(question(page)).toBeVisible();
  return page.url().split("/").at(-1)!;
}

/** The run's question. */
export const question = (page: Page) => page.getByRole("region", { name: /Kotlin/ });

/** Answers the run's question from elsewhere, that there is nothing to tell; returns once the run is finished. */
export async function finishElsewhere(
  request: APIRequestContext,
  person: Person,
  applicationId: string,
): Promise<void> {
  const [application, headers] = [`/v1/applications/${applicationId}`, authorized(person)];
  const answer = await request.post(`${application}:answer`, {
    headers,
    data: { questionId: "question[0]" },
  });
  expect(answer.status(), await answer.text()).toBe(200);
  const events = await request.get(`${application}:watch`, { headers });
  expect(await events.text()).toContain('"completed"');
}

/** Makes sure that something was saved, and returns its bytes. */
export async function saved(download: Download, name: string): Promise<Buffer> {
  expect(download.suggestedFilename()).toBe(name);
  return readFile(await download.path());
}

function authorized({ token }: Person): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
