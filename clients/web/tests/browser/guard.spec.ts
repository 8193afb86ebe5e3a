import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test } from "./people.js";

const HEADING = { name: "No applications yet" };

test("a script in the page is stopped by the policy, and the guard hears it", async ({ page, guard }) => {
  await plant(page, "<script>document.title = 'planted'</script>");
  await expect.poll(() => guard.faults).toContainEqual("security policy: script-src-elem forbids inline");
  expect(guard.take().join()).toContain("Content Security Policy");
  await expect(page).not.toHaveTitle("planted");
});

test("a style in the page is stopped by the policy, and the guard hears it", async ({ page, guard }) => {
  await plant(page, "<p style='color: red'>planted</p>");
  await expect.poll(() => guard.faults).toContainEqual("security policy: style-src-attr forbids inline");
  guard.take();
});

test("a picture from elsewhere is stopped, and the guard hears it", async ({ page, guard }) => {
  await plant(page, "<img src='https://elsewhere.example/pixel.png' alt=''>");
  await expect
    .poll(() => guard.faults)
    .toContainEqual("security policy: img-src forbids https://elsewhere.example/pixel.png");
  guard.take();
});

test("a request elsewhere is heard even where the policy would let it pass", async ({ page, guard }) => {
  await page.route("/", async (route) => {
    const answer = await route.fetch();
    const { "content-security-policy": _, ...headers } = answer.headers();
    const body = (await answer.text()).replace(
      "</body>",
      "<img src='https://elsewhere.example/' alt=''></body>",
    );
    await route.fulfill({ response: answer, headers, body });
  });
  await page.goto("/");
  await expect.poll(() => guard.faults).toContainEqual("request to elsewhere: https://elsewhere.example/");
  await expect(page.getByRole("heading", HEADING)).toBeVisible();
  guard.take();
});

test("an error that nobody catches is heard", async ({ page, guard }) => {
  await page.goto("/");
  await page.evaluate(() => void setTimeout(() => Promise.reject(new Error("planted"))));
  await expect.poll(() => guard.take().join()).toContain("planted");
});

test("a button without a label is found", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", HEADING)).toBeVisible();
  await page.evaluate(() => document.querySelector("main")!.append(document.createElement("button")));
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toContain("button-name");
});

async function plant(page: Page, markup: string): Promise<void> {
  await page.route("/", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace("</body>", `${markup}</body>`);
    await route.fulfill({ response: answer, body });
  });
  await page.goto("/");
  await expect(page.getByRole("heading", HEADING)).toBeVisible();
}
