import type { Page } from "@playwright/test";

import { expect, type Person, test } from "./people.js";
import { artefact, GATEWAY } from "./surroundings.js";

test.use({ storageState: { cookies: [], origins: [] } });

test("without the printed link, the page of a local service tells where to find it", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Open the printed link" })).toBeVisible();
  await expect(page.getByRole("navigation")).toHaveCount(0);
});

test("people sign in with Supabase Auth, stay signed in, and sign out", async ({ page, person, guard }) => {
  guard.expect(/status of 400/);
  await playSupabaseAuth(page, person);
  await page.goto("/");
  await page.getByLabel("E-mail").fill("lena@example.org");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText("Invalid login credentials");
  await page.screenshot({ path: artefact("sign-in.png") });

  await page.getByLabel("Password").fill("correct horse");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No applications yet" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "No applications yet" })).toBeVisible();

  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByLabel("Password")).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem("cvtailor-session"))).toBeNull();
});

/** Answers for Supabase Auth, with a token that the real service takes. */
async function playSupabaseAuth(page: Page, { token }: Person): Promise<void> {
  await page.route("/config.json", (route) =>
    route.fulfill({
      json: { supabaseUrl: GATEWAY, supabasePublishableKey: "sb_publishable_x", devToken: "" },
    }),
  );
  await page.route("/auth/v1/token?grant_type=password", (route) => {
    const { password } = route.request().postDataJSON() as { password: string };
    if (password === "correct horse")
      return route.fulfill({ json: { access_token: token, refresh_token: "once", expires_in: 3600 } });
    return route.fulfill({ status: 400, json: { code: 400, msg: "Invalid login credentials" } });
  });
  await page.route("/auth/v1/logout?scope=local", (route) => route.fulfill({ status: 204 }));
}
