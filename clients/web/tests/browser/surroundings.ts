import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What `tests/browser` started, and tells by the environment. */
export const GATEWAY = told("CVTAILOR_TEST_GATEWAY");
/** Opens the page as the local user. */
export const LINK = told("CVTAILOR_TEST_LINK");
/** Tokens of users who have nothing yet. */
export const TOKENS = JSON.parse(readFileSync(told("CVTAILOR_TEST_TOKENS"), "utf8")) as readonly string[];

const REPOSITORY = join(import.meta.dirname, "../../../..");

/** A file of one of the examples. */
export function example(...path: string[]): string {
  return join(REPOSITORY, "examples", ...path);
}

/** A file that is kept with the results of the tests. */
export function artefact(name: string): string {
  return join(REPOSITORY, "build/browser", name);
}

export const ENGINEER = readFileSync(example("engineer", "cv.yaml"), "utf8");
export const ENGINEERS_AD = readFileSync(example("engineer", "job.txt"), "utf8");
/** Asks for what the engineer's CV does not show: a run that may ask waits for an answer. */
export const AD_WITH_GAP = `Backend Engineer at Initech, Berlin.

Requirements
- Python and PostgreSQL in production
- Kotlin in production
- Fluent English
`;

function told(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run pytest tests/browser.`);
  return value;
}
