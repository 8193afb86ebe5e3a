import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expectLoaded, panel, runThatAsks } from "./acts.js";
import { expect, test, visit } from "./people.js";
import { artefact, example } from "./surroundings.js";

visit("the board and the pages about oneself are accessible", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: /Move$/ }).click();
  await expect(page.getByRole("menu").filter({ visible: true })).toBeVisible();
  await expectAccessible(page, "board-menu");
  await page.goto("/#/data");
  await expect(page.getByRole("heading", { name: "My data", exact: true })).toBeVisible();
  await expectAccessible(page, "data");
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page, "shortcuts");
});

test("the empty board, the form and a run at work are accessible", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "No applications yet" })).toBeVisible();
  await expectAccessible(page, "board-empty");
  await page.goto("/#/new");
  await page.getByRole("button", { name: "Tailor my CV" }).click();
  await expect(page.locator("#cv-fault")).not.toBeEmpty();
  await expectAccessible(page, "new-refused");
  await page.locator("#cv-file").setInputFiles(example("engineer", "cv.yaml"));
  await expect(page.getByRole("button", { name: "Choose another" })).toBeVisible();
  await expectAccessible(page, "new-with-cv");
  await runThatAsks(page);
  await expectAccessible(page, "run");
  await page.getByRole("button", { name: "Cancel run" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page, "run-cancelled");
});

visit("every part of a result is accessible", async ({ page, exhibit }) => {
  for (const tab of ["pages", "match", "letter", "todo", "story"]) {
    await page.goto(`/#/a/${exhibit.id}/${tab}`);
    await expectLoaded(page);
    await expectAccessible(page, `result-${tab}`);
  }
});

visit("lines with decisions about them are accessible", async ({ page, exhibit }) => {
  await page.goto(`/#/a/${exhibit.id}`);
  await panel(page)
    .getByRole("button", { name: /^Share the on-call rota/ })
    .click();
  await panel(page).getByRole("button", { name: "Hide", exact: true }).filter({ visible: true }).click();
  await page.getByRole("button", { name: "Wishes and design" }).click();
  await expectAccessible(page, "result-lines");
});

/** Has axe look at what is shown, and at its colours in the dark; keeps a picture of both. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode();
    const { violations } = await (colorScheme === "dark" ? axe.withRules("color-contrast") : axe).analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
    );
    expect(found, `${name} in ${colorScheme}`).toEqual([]);
    await page.screenshot({ path: artefact(`${name}-${colorScheme}.png`) });
  }
}
