import { defineConfig } from "@playwright/test";

/** The page in a real browser. `pytest tests/browser` starts what it needs and says where that is. */
export default defineConfig({
  testDir: "tests/browser",
  outputDir: "../../build/browser/failed",
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  timeout: 60_000,
  globalTimeout: 300_000,
  expect: { timeout: 20_000 },
  use: {
    baseURL: process.env["CVTAILOR_TEST_GATEWAY"] ?? "",
    browserName: "chromium",
    locale: "en-GB",
    viewport: { width: 1280, height: 900 },
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: "/usr/bin/chromium",
      // What the guard of a test does not see, the browser's own calls, finds nobody either.
      args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
    },
  },
});
