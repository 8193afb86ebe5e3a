import type { Page } from "@playwright/test";

import { finishedApplication, panel } from "./acts.js";
import { expect, test } from "./people.js";
import { artefact } from "./surroundings.js";

test("an application goes from ready to an offer, and what was sent is sealed", async ({
  page,
  request,
  person,
}) => {
  const id = await finishedApplication(request, person);
  await page.goto("/");
  await move(page, "Ready", "Submitted");
  await page.getByRole("dialog").getByRole("button", { name: "Mark as submitted" }).click();
  await expect(cards(page, "Submitted")).toHaveCount(1);
  await cards(page, "Submitted").dragTo(page.getByRole("region", { name: /^Interviewing/ }));
  await expect(cards(page, "Interviewing")).toHaveCount(1);
  await move(page, "Interviewing", "Offer");
  await expect(cards(page, "Offer")).toHaveCount(1);
  await page.screenshot({ path: artefact("board.png") });

  await page.goto(`/#/a/${id}/todo`);
  await expect(panel(page).getByText(/^SHA-256 [0-9a-f]{64}$/)).not.toHaveCount(0);
  await expect(panel(page).getByText("version 1 of the CV")).toBeVisible();
  await page.getByRole("tab", { name: "Line by line" }).click();
  await expect(panel(page).locator(".line")).not.toHaveCount(0);
  await expect(page.getByRole("button", { name: "Make new version" })).toHaveCount(0);
});

test("a step that can't be taken is refused in words, and the card stays", async ({
  page,
  request,
  person,
}) => {
  await finishedApplication(request, person);
  await page.goto("/");
  await move(page, "Ready", "Offer");
  await expect(page.getByRole("alert")).not.toBeEmpty();
  await expect(cards(page, "Ready")).toHaveCount(1);
});

test("thinking better of it leaves the application as it was", async ({ page, request, person }) => {
  await finishedApplication(request, person);
  await page.goto("/");
  await move(page, "Ready", "Submitted");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(cards(page, "Ready")).toHaveCount(1);
});

const cards = (page: Page, column: string) =>
  page.getByRole("region", { name: new RegExp(`^${column}`) }).getByRole("listitem");

async function move(page: Page, from: string, to: string): Promise<void> {
  await cards(page, from).getByRole("button", { name: /Move$/ }).click();
  await page.getByRole("menuitem", { name: to }).click();
}
