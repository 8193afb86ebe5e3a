import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { type Actor, ACTORS } from "../../src/client/reasons.js";
import { ErrorReason } from "../../src/gen/cvtailor/v1/error_reason_pb.js";

const CONTRACT = new URL("../../../../proto/cvtailor/v1/error_reason.proto", import.meta.url);
const WORDS: [RegExp, Actor][] = [
  [/^Caller fixes/, "caller-fixes"],
  [/^Caller retries/, "caller-retries"],
  [/^(We fix|Nobody retries|Never sent)/, "service-fixes"],
];

test("who acts next is what the contract says of every reason", () => {
  const source = readFileSync(CONTRACT, "utf8");
  const found = [...source.matchAll(/((?: {2}\/\/.*\n)+) {2}ERROR_REASON_(\w+) = \d+;/g)];
  const said = found.map(([, comment, name]) => {
    const words = comment!.replace(/^\s*\/\/\s*/, "");
    return [name, WORDS.find(([begin]) => begin.test(words))?.[1]];
  });
  const done = Object.entries(ACTORS).map(([number, actor]) => [ErrorReason[Number(number)], actor]);
  expect(Object.fromEntries(done)).toEqual(Object.fromEntries(said));
});
