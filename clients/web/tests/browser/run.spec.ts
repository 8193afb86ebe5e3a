import { panel, phase, question, runThatAsks, saved } from "./acts.js";
import { anotherBrowser, expect, test } from "./people.js";
import { artefact, LINK } from "./surroundings.js";

test("the printed link opens the page, and a run is told while it happens", async ({ browser, guard }) => {
  const page = await anotherBrowser(browser, guard);
  await page.goto(LINK);
  await expect(page).not.toHaveURL(/key/);
  await runThatAsks(page);

  await expect(phase(page, "done")).toHaveText([/Reading your CV/, /Reading the ad/, /Matching/]);
  await expect(phase(page, "running")).toHaveText(/Asking you/);
  await expect(phase(page, "waiting")).toHaveCount(7);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Backend Engineer");
  await expect(page.getByRole("listitem").filter({ hasText: "Kotlin in production" })).toContainText(
    "not met",
  );
  await page.screenshot({ path: artefact("run.png"), fullPage: true });

  await question(page).getByLabel("What did you do?").fill("Wrote the locker app's API client in Kotlin");
  await question(page).getByRole("button", { name: "Answer" }).click();
  await expect(page.getByRole("tab", { name: "Line by line" })).toHaveAttribute("aria-selected", "true");
  await expect(panel(page).getByText("Wrote the locker app's API client in Kotlin").first()).toBeVisible();
});

test("a run that nobody waits for is found again on the board", async ({ page }) => {
  const id = await runThatAsks(page);
  await page.getByRole("link", { name: "Applications" }).click();
  const card = page.getByRole("region", { name: /In the making/ }).locator(`a[href="#/a/${id}"]`);
  await expect(card).toBeVisible();
  await card.click();
  await question(page).getByRole("button", { name: "Nothing to tell" }).click();

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download PDF" }).click();
  const pdf = await saved(await download, "cv.pdf");
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
});
