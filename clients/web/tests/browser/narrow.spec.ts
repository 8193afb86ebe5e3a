import type { Page } from "@playwright/test";

import { expectLoaded, panel } from "./acts.js";
import { expect, test, visit } from "./people.js";
import { artefact } from "./surroundings.js";

const PHONE = { viewport: { width: 360, height: 740 }, locale: "de-DE", hasTouch: true };
test.use(PHONE);
visit.use(PHONE);

visit("on a phone, in German, nothing is wider than the screen", async ({ page, exhibit }) => {
  await page.goto("/#/new");
  await expect(page.getByRole("heading", { name: "Lebenslauf auf eine Stelle zuschneiden" })).toBeVisible();
  await expectNoSidewaysScrolling(page, "new");
  await page.goto("/#/");
  await expect(page.getByRole("region", { name: /^Fertig/ }).getByRole("listitem")).toBeVisible();
  await expectNoSidewaysScrolling(page, "board");
  await page.goto("/#/data");
  await expect(page.getByLabel("Zur Bestätigung löschen eingeben")).toBeVisible();
  await expectNoSidewaysScrolling(page, "data");
  for (const tab of ["lines", "pages", "match", "letter", "todo", "story"]) {
    await page.goto(`/#/a/${exhibit.id}/${tab}`);
    await expectLoaded(page);
    await expectNoSidewaysScrolling(page, `result-${tab}`);
  }
});

visit("on a phone, a line shows what it rests on when it is touched", async ({ page, exhibit }) => {
  await page.goto(`/#/a/${exhibit.id}`);
  const line = panel(page)
    .locator(".line")
    .filter({ hasText: /^Share the on-call rota/ });
  await line.getByRole("button", { name: /^Share the on-call rota/ }).tap();
  await expect(line.getByText("Beruht auf")).toBeVisible();
  await line.getByRole("button", { name: "Ausblenden" }).tap();
  await expect(page.getByText("1 Entscheidung")).toBeVisible();
  await expectNoSidewaysScrolling(page, "line-open");
});

test("the language is changed on the page, and stays", async ({ page }) => {
  await page.goto("/#/");
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await page.getByRole("button", { name: /in English/i }).tap();
  await expect(page.getByRole("heading", { name: "No applications yet" })).toBeVisible();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

async function expectNoSidewaysScrolling(page: Page, name: string): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scrollWidth, clientWidth };
  });
  await page.screenshot({ path: artefact(`phone-${name}.png`), fullPage: true });
  expect(scrollWidth, name).toBeLessThanOrEqual(clientWidth);
}
