import type { Page } from "@playwright/test";

import { expect, test } from "./people.js";
import { ENGINEERS_AD } from "./surroundings.js";

const BROKEN = "cv:\n  name: Ada\n  sections:\n    experience: [\n";

test.beforeEach(({ page }) => page.goto("/#/new"));

test("a CV that can't be read is refused beside it, with its line, and nothing typed is lost", async ({
  page,
}) => {
  await choose(page, "cv.yaml", BROKEN);
  await page.getByLabel("Text of the ad").fill(ENGINEERS_AD);
  await tailor(page);
  await expect(page.locator("#cv-fault")).toContainText(/line \d/);
  await expect(page.getByText("Check the file, or paste the CV as text.")).toBeVisible();
  await expect(page.getByLabel("Text of the ad")).toHaveValue(ENGINEERS_AD);
  await page.goto("/#/");
  await expect(page.getByRole("heading", { name: "No applications yet" })).toBeVisible();
});

test("a PDF that is none is refused", async ({ page }) => {
  await choose(page, "cv.pdf", "%PDF-1.7\nnothing of the kind");
  await page.getByLabel("Text of the ad").fill(ENGINEERS_AD);
  await tailor(page);
  await expect(page.getByRole("alert").filter({ hasText: "Check the file" })).toBeVisible();
});

test("too short an ad is told at once, and the cursor is where to mend it", async ({ page }) => {
  await choose(page, "cv.md", "# Ada Example\n\n## Experience\n\n- Python\n");
  await page.getByLabel("Text of the ad").fill("Python engineer");
  await tailor(page);
  await expect(page.locator("#posting-fault")).toHaveText("Paste the whole ad: at least 40 characters.");
  await expect(page.getByLabel("Text of the ad")).toBeFocused();
});

test("a picture, an empty file and no file at all are told before anything is sent", async ({ page }) => {
  await choose(page, "cv.png", "\u0089PNG\r\n\u0000");
  await expect(page.locator("#cv-fault")).toContainText("This format can't be read.");
  await choose(page, "cv.md", "");
  await expect(page.locator("#cv-fault")).toContainText("The file is empty.");
  await tailor(page);
  await expect(page.locator("#cv-fault")).toContainText("Add your CV");
});

const tailor = (page: Page) => page.getByRole("button", { name: "Tailor my CV" }).click();

const choose = (page: Page, name: string, content: string) =>
  page.locator("#cv-file").setInputFiles({ name, mimeType: "", buffer: Buffer.from(content, "latin1") });
