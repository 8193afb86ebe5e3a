import { describe, expect, test } from "vitest";
import {
  baseCvOf,
  chooseCv,
  CV_BYTES_MAX,
  mediaTypeOf,
  type ChosenCv,
} from "../../page/src/model/cv_file.js";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a dropped file", () => {
  test.each([
    ["cv.yaml", "cv:\n  name: Ada", "application/yaml"],
    ["CV.YML", "cv:\n  name: Ada", "application/yaml"],
    ["resume.json", '{"basics": {}}', "application/json"],
    ["cv.md", "# Ada", "text/markdown"],
    ["cv.txt", "Ada", "text/plain"],
    ["cv", "# Ada\n\n## Experience", "text/markdown"],
    ["cv", '  {"basics": {}}', "application/json"],
    ["scan.txt", "%PDF-1.7 …", "application/pdf"],
    [
      "renamed.pdf",
      "PK\u0003\u0004…",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ],
  ])("%s with %j is %s", (name, text, mediaType) => {
    expect(mediaTypeOf(name, bytes(text))).toBe(mediaType);
  });

  test("that calls itself PDF and is none is refused", () => {
    expect(chooseCv("cv.pdf", bytes("hello"))).toBe("cvUnknownFormat");
  });

  test("of bytes that are no text is refused", () => {
    expect(chooseCv("cv.txt", new Uint8Array([71, 0, 1]))).toBe("cvUnknownFormat");
  });

  test("without any text is refused", () => {
    expect(chooseCv("cv.txt", bytes(" \n "))).toBe("cvEmpty");
  });

  test("is refused beyond the contract's size, and taken at it", () => {
    expect(chooseCv("cv.txt", new Uint8Array(CV_BYTES_MAX + 1).fill(97))).toBe("cvTooLarge");
    expect(chooseCv("cv.txt", new Uint8Array(CV_BYTES_MAX).fill(97))).toHaveProperty(
      "mediaType",
      "text/plain",
    );
  });
});

test("each format goes into its own field of the contract", () => {
  const source = (name: string, text: string) => baseCvOf(chooseCv(name, bytes(text)) as ChosenCv).source;
  expect(source("cv.yaml", "cv:\n")).toEqual({ case: "rendercvYaml", value: "cv:\n" });
  expect(source("cv.json", "{}")).toEqual({ case: "jsonResume", value: "{}" });
  expect(source("cv.md", "# Ada")).toMatchObject({ case: "file", value: { mediaType: "text/markdown" } });
});
