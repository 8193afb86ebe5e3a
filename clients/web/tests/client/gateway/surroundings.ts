import { readFileSync } from "node:fs";
import { join } from "node:path";

import { CvTailorClient, type CvTailorOptions } from "../../../src/index.js";

/** What `tests/web_client` started, and tells by the environment. */
export const GATEWAY = told("CVTAILOR_TEST_GATEWAY");
export const TOKEN = told("CVTAILOR_TEST_TOKEN");
export const EXPIRED_TOKEN = told("CVTAILOR_TEST_EXPIRED_TOKEN");
export const STRANGERS_TOKEN = told("CVTAILOR_TEST_STRANGERS_TOKEN");

const EXAMPLE = join(import.meta.dirname, "../../../../../examples/engineer");

/** The request for the engineer's CV and ad. */
export const ENGINEER = {
  baseCv: { source: { case: "rendercvYaml", value: example("cv.yaml") } },
  posting: { text: example("job.txt") },
} as const;

/** A client at the real gateway. */
export function client(options: Partial<CvTailorOptions> = {}): CvTailorClient {
  return new CvTailorClient({
    gateway: GATEWAY,
    token: () => Promise.resolve(TOKEN),
    ...options,
  });
}

function told(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run pytest tests/web_client.`);
  return value;
}

function example(name: string): string {
  return readFileSync(join(EXAMPLE, name), "utf8");
}
