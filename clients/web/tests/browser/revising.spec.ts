import type { Page } from "@playwright/test";

import { finishedApplication, panel } from "./acts.js";
import { expect, test } from "./people.js";
import { artefact } from "./surroundings.js";

const HIDDEN = /^Share the on-call rota/;
const REWORDED = /PostgreSQL, Redis, RabbitMQ|PostgreSQL, TimescaleDB/;

test("lines are hidden and reverted, and a new version is made of it", async ({ page, request, person }) => {
  await page.goto(`/#/a/${await finishedApplication(request, person)}`);
  await decide(page, HIDDEN, "Hide");
  await decide(page, REWORDED, "My words");
  await expect(page.getByText("2 decisions")).toBeVisible();
  await page.screenshot({ path: artefact("decisions.png") });
  await page.getByRole("button", { name: "Make new version" }).click();

  const version = page.getByLabel("Version of the CV");
  await expect(version.locator("option:checked")).toHaveText("Version 2 (newest)");
  await expect(printed(page, HIDDEN)).toHaveCount(0);
  await expect(panel(page).locator(".tailored .fate-reworded")).toHaveCount(0);

  await page.getByLabel("Compare with").selectOption("Version 1");
  await expect(panel(page).getByText("Version 1 → version 2")).toBeVisible();
  await expect(panel(page).locator(".fate-left").filter({ hasText: "Share the on-call rota" })).toBeVisible();

  await version.selectOption("Version 1");
  await expect(printed(page, HIDDEN)).toBeVisible();
  await page.getByRole("tab", { name: "Pages" }).click();
  await expect(panel(page).getByRole("img")).toBeVisible();
});

test("a wish and another design make a new version, too", async ({ page, request, person }) => {
  await page.goto(`/#/a/${await finishedApplication(request, person)}`);
  await expect(page.getByRole("button", { name: "Make new version" })).toBeDisabled();
  await page.getByRole("button", { name: "Wishes and design" }).click();
  await page.getByLabel("What should be different?").fill("Put more weight on mentoring");
  await page.getByLabel("Design").selectOption("Moderncv");
  await page.getByRole("button", { name: "Make new version" }).click();

  await expect(page.getByLabel("Version of the CV")).toHaveValue("2");
  await expect(printed(page, /^Mentor two junior engineers/)).toBeVisible();
});

const printed = (page: Page, words: RegExp) =>
  panel(page).locator(".tailored .line:not(.fate-left)").getByRole("button", { name: words });

async function decide(page: Page, words: RegExp, decision: string): Promise<void> {
  const line = panel(page)
    .locator(".line")
    .filter({ has: page.getByRole("button", { name: words }) });
  await line.getByRole("button", { name: words }).click();
  await line.getByRole("button", { name: decision }).click();
  await expect(line.getByRole("button", { name: decision })).toHaveAttribute("aria-pressed", "true");
}
