import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "client", include: ["tests/client/*.test.ts"] } },
      { test: { name: "page", include: ["tests/page/**/*.test.ts"], environment: "jsdom" } },
      // Needs a service and its gateway: tests/web_client starts them.
      {
        test: {
          name: "gateway",
          include: ["tests/client/gateway/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
