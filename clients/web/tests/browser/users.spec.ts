import { finishedApplication, panel, question, runThatAsks } from "./acts.js";
import { anotherBrowser, expect, newcomer, test } from "./people.js";

test("two people in two browsers see nothing of each other", async ({
  page,
  browser,
  request,
  person,
  guard,
}) => {
  const id = await finishedApplication(request, person);
  await page.goto(`/#/a/${id}`);
  await expect(panel(page)).toBeVisible();

  const strangers = await anotherBrowser(browser, guard, newcomer());
  await strangers.goto("/");
  await expect(strangers.getByRole("heading", { name: "No applications yet" })).toBeVisible();
  guard.expect(/status of 404/);
  await strangers.goto(`/#/a/${id}`);
  await expect(strangers.getByRole("alert")).toContainText("it may have been deleted");
  await expect(strangers.locator("body")).not.toContainText("Havelgrid");

  await runThatAsks(strangers);
  await page.goto("/#/");
  await expect(page.getByRole("listitem")).toHaveCount(1);
  await expect(page.getByRole("link", { name: "Senior Backend Engineer (Python)" })).toBeVisible();
  await question(strangers).getByRole("button", { name: "Nothing to tell" }).click();
  await expect(panel(strangers)).toBeVisible();
});

test("two windows of one person show the same run", async ({ page, browser, person, guard }) => {
  const id = await runThatAsks(page);
  const other = await anotherBrowser(browser, guard, person);
  await other.goto(`/#/a/${id}`);
  await question(other).getByRole("button", { name: "Nothing to tell" }).click();
  await expect(panel(page)).toBeVisible();
  await expect(panel(other)).toBeVisible();
});
