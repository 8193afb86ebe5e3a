import { finishElsewhere, panel, phase, question, runThatAsks } from "./acts.js";
import { CuttableLine } from "../client/gateway/cuttable_line.js";
import { Guard } from "./guard.js";
import { anotherBrowser, expect, test } from "./people.js";
import { GATEWAY } from "./surroundings.js";

test("a reload in mid-run comes back to the same run, and follows it to its end", async ({ page }) => {
  await runThatAsks(page);
  const before = await page.locator(".step").allInnerTexts();

  await page.reload();
  await expect(question(page)).toBeVisible();
  expect(await page.locator(".step").allInnerTexts()).toEqual(before);

  await question(page).getByRole("button", { name: "Nothing to tell" }).click();
  await expect(panel(page)).toBeVisible();
});

test("what happens while the browser is offline is shown once it is back", async ({
  browser,
  request,
  person,
}) => {
  const line = new CuttableLine(new URL(GATEWAY));
  const origin = await line.start();
  const guard = new Guard(origin);
  guard.expect(/ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RESET/);
  const page = await anotherBrowser(browser, guard, person, origin);
  const id = await runThatAsks(page);

  // The browser lets an open stream live when it is told to be offline: a tunnel would not.
  await page.context().setOffline(true);
  line.cut();
  await expect(page.getByText("You are offline.")).toBeVisible();
  await finishElsewhere(request, person, id);
  await expect(question(page)).toBeVisible();
  await expect(phase(page, "running")).toHaveText(/Asking you/);

  await page.context().setOffline(false);
  await expect(panel(page)).toBeVisible();
  await expect(page.getByText("You are offline.")).toBeHidden();
  expect(guard.faults).toEqual([]);
  line.stop();
});

test("a cancelled run stops, and says so", async ({ page }) => {
  await runThatAsks(page);
  await page.getByRole("button", { name: "Cancel run" }).click();

  await expect(page.getByRole("alert")).toContainText("The run was cancelled; nothing was made.");
  await expect(page.locator('.step[data-phase="stopped"]')).toHaveText(/Asking you/);
  await page.getByRole("link", { name: "Applications" }).click();
  await expect(page.getByRole("region", { name: /Closed/ }).getByRole("listitem")).toHaveText(/Cancelled/);
});
