import type { BrowserContext } from "@playwright/test";

import { GATEWAY } from "./surroundings.js";

/** Hears what a page must never do: break its security policy, call elsewhere, fail or complain unheard. */
export class Guard {
  #faults: string[] = [];
  readonly #expected: RegExp[] = [];
  readonly #own: readonly string[];

  /** @param origin Where the page comes from, and all it loads. */
  constructor(origin = GATEWAY) {
    this.#own = [`${origin}/`, `blob:${origin}/`, "data:", "about:blank"];
  }

  /** Watches every page of a context. */
  async watch(context: BrowserContext): Promise<void> {
    context.on("request", (request) => {
      const url = request.url();
      if (!this.#own.some((own) => url.startsWith(own))) this.#faults.push(`request to elsewhere: ${url}`);
    });
    context.on("console", (message) => {
      if (message.type() === "error") this.#faults.push(`console: ${message.text()}`);
    });
    context.on("weberror", (error) => this.#faults.push(`thrown: ${error.error().stack ?? error.error()}`));
    await context.exposeBinding("noteViolation", (_, violation: string) =>
      this.#faults.push(`security policy: ${violation}`),
    );
    await context.addInitScript(() => {
      const { noteViolation } = globalThis as unknown as { noteViolation: (violation: string) => void };
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        noteViolation(`${violatedDirective} forbids ${blockedURI}`),
      );
    });
  }

  /** Takes a complaint for granted, as of a test that cuts the line. */
  expect(complaint: RegExp): void {
    this.#expected.push(complaint);
  }

  /** What was heard and not expected. */
  get faults(): string[] {
    return this.#faults.filter((fault) => !this.#expected.some((expected) => expected.test(fault)));
  }

  /** Returns what was heard, and forgets it. */
  take(): string[] {
    const { faults } = this;
    this.#faults = [];
    return faults;
  }
}
