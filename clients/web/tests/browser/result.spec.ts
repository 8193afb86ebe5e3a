import type { Page } from "@playwright/test";

import { panel, saved } from "./acts.js";
import { expect, visit } from "./people.js";
import { artefact } from "./surroundings.js";

visit.beforeEach(({ page, exhibit }) => page.goto(`/#/a/${exhibit.id}`));

visit("every printed line shows what it rests on", async ({ page }) => {
  const line = panel(page).getByRole("button", { name: /^Share the on-call rota/ });
  await line.hover();
  const evidence = panel(page).getByRole("region", { name: "Your CV" }).locator(".marked");
  await expect(evidence).toHaveText(/^Share the on-call rota/);
  await expect(panel(page).locator(".thread path")).toHaveCount(1);

  await expect(panel(page).locator(".summary")).toContainText(
    "19 printed lines, every one backed by your CV",
  );
  await expect(panel(page).locator(".tailored .fate-reworded del")).not.toHaveCount(0);
  await page.screenshot({ path: artefact("lines.png") });
});

visit("the pages are shown as pictures", async ({ page }) => {
  await open(page, "Pages");
  const picture = panel(page).getByRole("img", { name: "Page 1 of 1 of the CV" });
  await expect(picture).toBeVisible();
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth))
    .toBeGreaterThan(700);
});

visit("report, letter, actions and story are all there", async ({ page }) => {
  await open(page, "Match");
  const kafka = panel(page).getByRole("listitem").filter({ hasText: "ideally Apache Kafka" });
  await expect(kafka.locator(".chip")).toHaveText("in part");
  await expect(kafka.locator("q").first()).toContainText("RabbitMQ");

  await open(page, "Letter and e-mail");
  await expect(panel(page)).toContainText("Dear Teresa Vogt");
  await panel(page).getByText("Rests on").first().click();
  await expect(panel(page).locator("details[open] .cited").first()).toBeVisible();

  await open(page, "To do");
  await expect(panel(page).getByText("The deadline is 2027-01-31.")).toBeVisible();

  await open(page, "How it was made");
  await expect(panel(page).locator('.step[data-phase="done"]')).toHaveCount(11);
  await expect(panel(page).getByText("Nothing was refused.")).toBeVisible();
});

visit("the PDF and every other document can be saved", async ({ page }) => {
  const pdf = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download PDF" }).click();
  const bytes = await saved(await pdf, "cv.pdf");
  expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
  await (await pdf).saveAs(artefact("cv.pdf"));

  await page.getByRole("button", { name: "Documents" }).click();
  const letter = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Cover letter (text)" }).click();
  expect((await saved(await letter, "cover-letter.txt")).toString()).toContain("Teresa Vogt");
});

async function open(page: Page, tab: string): Promise<void> {
  await page.getByRole("tab", { name: tab }).click();
  await expect(page.getByRole("tab", { name: tab })).toHaveAttribute("aria-selected", "true");
}
