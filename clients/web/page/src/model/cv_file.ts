/** Reads what a person drops or pastes into the contract's `BaseCv`. */
import { create } from "@bufbuild/protobuf";
import { BaseCvSchema, type BaseCv } from "../../../src/gen/cvtailor/v1/cv_generator_pb.js";

/** The largest base CV that the service takes. */
export const CV_BYTES_MAX = 1_048_576;

const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

const BY_EXTENSION: Readonly<Record<string, string>> = {
  yaml: "application/yaml",
  yml: "application/yaml",
  json: "application/json",
  md: "text/markdown",
  markdown: "text/markdown",
  txt: "text/plain",
  pdf: "application/pdf",
  docx: DOCX,
};

/** What the file picker offers. */
export const CV_ACCEPT = Object.keys(BY_EXTENSION)
  .map((extension) => `.${extension}`)
  .join(",");

/** Why a file was not taken; the catalogue has the words. */
export type CvRefusal = "cvEmpty" | "cvTooLarge" | "cvUnknownFormat";

/** A base CV as it was given. */
export interface ChosenCv {
  name: string;
  mediaType: string;
  content: Uint8Array<ArrayBuffer>;
}

/**
 * Says what a file is: by its first bytes where they tell, else by the ending of its name, else by its text.
 *
 * @returns A media type, or undefined if no reader would take it.
 */
export function mediaTypeOf(name: string, content: Uint8Array): string | undefined {
  if (startsWith(content, "%PDF-")) return "application/pdf";
  if (startsWith(content, "PK\u0003\u0004")) return DOCX;
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const byName = BY_EXTENSION[extension];
  const isBinary = content.subarray(0, 4096).includes(0);
  if (byName === "application/pdf" || byName === DOCX || isBinary) return undefined;
  return byName ?? mediaTypeOfText(new TextDecoder().decode(content.subarray(0, 8192)));
}

/** Says what pasted text is. */
export function mediaTypeOfText(text: string): string {
  if (/^\s*\{/.test(text)) return "application/json";
  if (/^cv:\s*$/m.test(text)) return "application/yaml";
  if (/^#{1,3} \S/m.test(text)) return "text/markdown";
  return "text/plain";
}

/** Takes a file or a pasted text, or says why not. */
export function chooseCv(name: string, content: Uint8Array<ArrayBuffer>): ChosenCv | CvRefusal {
  if (content.length === 0 || (content.length < 4096 && isBlank(content))) return "cvEmpty";
  if (content.length > CV_BYTES_MAX) return "cvTooLarge";
  const mediaType = mediaTypeOf(name, content);
  return mediaType ? { name, mediaType, content } : "cvUnknownFormat";
}

/** Words the choice as the contract has it. */
export function baseCvOf(cv: ChosenCv): BaseCv {
  if (cv.mediaType === "application/yaml")
    return create(BaseCvSchema, { source: { case: "rendercvYaml", value: decoded(cv) } });
  if (cv.mediaType === "application/json")
    return create(BaseCvSchema, { source: { case: "jsonResume", value: decoded(cv) } });
  return create(BaseCvSchema, {
    source: { case: "file", value: { content: cv.content, mediaType: cv.mediaType } },
  });
}

function decoded(cv: ChosenCv): string {
  return new TextDecoder().decode(cv.content);
}

function startsWith(content: Uint8Array, magic: string): boolean {
  return Array.from(magic).every((character, index) => content[index] === character.charCodeAt(0));
}

function isBlank(content: Uint8Array): boolean {
  return content.every((byte) => byte <= 32);
}
