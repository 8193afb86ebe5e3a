import type { Locator, Page } from "@playwright/test";

import { finishedApplication, panel } from "./acts.js";
import { expect, test } from "./people.js";
import { AD_WITH_GAP, ENGINEER } from "./surroundings.js";

const STOPS_MAX = 60;

test("the whole job is done without a mouse", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "No applications yet" })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await enter(page, page.getByRole("button", { name: "Paste text" }));
  await page.keyboard.insertText(ENGINEER);
  await enter(page, page.getByRole("button", { name: "Use this text" }));
  await reach(page, page.getByLabel("Text of the ad"));
  await page.keyboard.insertText(AD_WITH_GAP);
  await page.keyboard.press("Control+Enter");
  await expect(panel(page)).toBeVisible();

  await reach(page, panel(page).locator(".line-text").first());
  await page.keyboard.press("ArrowDown");
  const line = panel(page).locator(".line-text").nth(1);
  await expect(line).toBeFocused();
  const words = await line.innerText();
  await page.keyboard.press("h");
  await expect(page.getByText("1 decision")).toBeVisible();
  await enter(page, page.getByRole("button", { name: "Make new version" }));
  await expect(page.getByLabel("Version of the CV")).toHaveValue("2");
  await expect(
    panel(page).locator(".tailored .line:not(.fate-left)").getByText(words, { exact: true }),
  ).toHaveCount(0);

  await reach(page, page.getByRole("tab", { selected: true }));
  await page.keyboard.press("ArrowRight");
  await expect(panel(page).getByRole("img", { name: /^Page 1/ })).toBeVisible();
  await expect(page.getByRole("tab", { name: "Pages" })).toBeFocused();
});

test("an application is moved and sent off without a mouse", async ({ page, request, person }) => {
  await finishedApplication(request, person);
  await page.goto("/");
  await reach(page, page.getByRole("link", { name: "Senior Backend Engineer (Python)" }));
  await page.keyboard.press("Alt+ArrowRight");
  await enter(page, page.getByRole("dialog").getByRole("button", { name: "Mark as submitted" }));
  const submitted = page.getByRole("region", { name: /^Submitted/ });
  await expect(submitted.getByRole("link")).toBeFocused();

  await enter(page, submitted.getByRole("button", { name: /Move$/ }));
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Archived" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(submitted.getByRole("button", { name: /Move$/ })).toBeFocused();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
});

test("the first stop of the page leads to its content", async ({ page }) => {
  await page.goto("/#/new");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
});

/** Goes on by Tab until something has the focus. */
async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach it within ${STOPS_MAX} stops: ${target}`);
}

async function enter(page: Page, target: Locator): Promise<void> {
  await reach(page, target);
  await page.keyboard.press("Enter");
}
