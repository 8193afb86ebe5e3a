import { test as base, expect, type Browser, type Page } from "@playwright/test";

import { finishedApplication } from "./acts.js";
import { Guard } from "./guard.js";
import { GATEWAY, TOKENS } from "./surroundings.js";

const TOKENS_OF_WORKER = 100;
let taken = 0;

/** Somebody who is signed in, and what they have is their own. */
export interface Person {
  readonly token: string;
}

/** A user whom the service has not seen yet. */
export function newcomer(): Person {
  const worker = Number(process.env["TEST_WORKER_INDEX"]);
  const token = TOKENS[worker * TOKENS_OF_WORKER + taken++];
  if (!token) throw new Error("So many tests failed that there are no users left.");
  return { token };
}

/** What a browser keeps of somebody who signed in, or of nobody. */
export function storageOf(person?: Person, origin = GATEWAY) {
  const session = { accessToken: person?.token, refreshToken: "never used: the token outlives the test" };
  const localStorage = person ? [{ name: "cvtailor-session", value: JSON.stringify(session) }] : [];
  return { cookies: [], origins: [{ origin, localStorage }] };
}

/** Another browser, for as long as the test lasts. */
export async function anotherBrowser(
  browser: Browser,
  guard: Guard,
  person?: Person,
  origin = GATEWAY,
): Promise<Page> {
  const context = await browser.newContext({ storageState: storageOf(person, origin), baseURL: origin });
  await guard.watch(context);
  return context.newPage();
}

/** An application to look at, which no test changes. */
interface Exhibit {
  readonly id: string;
  readonly owner: Person;
}

/** A test with a newcomer signed in; it fails of whatever its guard hears. */
export const test = base.extend<{ person: Person; guard: Guard }, { exhibit: Exhibit }>({
  exhibit: [
    async ({ playwright }, use) => {
      const request = await playwright.request.newContext({ baseURL: GATEWAY });
      const owner = newcomer();
      const id = await finishedApplication(request, owner);
      await request.dispose();
      await use({ id, owner });
    },
    { scope: "worker" },
  ],
  // Playwright reads the names of what a fixture needs from its pattern, even where it needs none.
  person: async ({}, use) => use(newcomer()),
  storageState: async ({ person }, use) => use(storageOf(person)),
  guard: [
    async ({ context }, use) => {
      const guard = new Guard();
      await guard.watch(context);
      await use(guard);
      expect(guard.faults, "what the page must never do").toEqual([]);
    },
    { auto: true },
  ],
});

/** The same, with the owner of the exhibit signed in. */
export const visit = test.extend({ person: ({ exhibit }, use) => use(exhibit.owner) });

export { expect };
