/** Cover letter and e-mail, to be copied; each paragraph tells what it rests on. */
import type { Application } from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { Claim } from "../../../src/gen/cvtailor/v1/match_report_pb.js";
import { evidenceTexts } from "../model/line_changes.js";
import { t } from "../texts/texts.js";
import { announce } from "../ui/announce.js";
import { h } from "../ui/dom.js";
import { button, empty } from "../ui/parts.js";
import { cited } from "./requirements.js";

/** Builds the part. */
export function letterPart(application: Application): HTMLElement {
  const { letterText, emailText, emailSubject, claims } = application;
  if (!letterText && !emailText) return empty(t("noLetter"));
  const texts = evidenceTexts(application.provenance?.changes ?? []);
  return h(
    "div",
    { class: "halves" },
    letterText ? message(t("coverLetter"), "", letterText, claims, texts) : null,
    emailText ? message(t("email"), emailSubject, emailText, claims, texts) : null,
  );
}

function message(
  title: string,
  subject: string,
  text: string,
  claims: readonly Claim[],
  texts: ReadonlyMap<string, string>,
): HTMLElement {
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => paragraphOf(paragraph, claims, texts));
  return h(
    "section",
    { class: "card letter" },
    h("header", { class: "row" }, h("h2", { class: "grow" }, title), copyButton(text, t("copyText"))),
    subject
      ? h(
          "p",
          { class: "row subject" },
          h("span", { class: "grow" }, h("span", { class: "hint" }, t("subject")), " ", subject),
          copyButton(subject, t("copySubject")),
        )
      : null,
    paragraphs,
  );
}

function paragraphOf(
  paragraph: string,
  claims: readonly Claim[],
  texts: ReadonlyMap<string, string>,
): HTMLElement {
  const evidenceIds = claims.find((claim) => claim.text === paragraph)?.evidenceIds ?? [];
  const words = h("p", { class: "words" }, paragraph);
  if (!evidenceIds.length) return words;
  const evidence = h(
    "ul",
    { class: "evidence" },
    evidenceIds.map((id) => cited(id, texts)),
  );
  return h("div", {}, words, h("details", { class: "rests" }, h("summary", {}, t("restsOn")), evidence));
}

function copyButton(text: string, label: string): HTMLButtonElement {
  const copied = button(label, () => void copy(), { class: "secondary small", icon: "copy" });
  async function copy(): Promise<void> {
    const isDone = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    announce(isDone ? t("copied") : t("notCopied"));
    copied.lastChild!.textContent = isDone ? t("copied") : t("notCopied");
    setTimeout(() => (copied.lastChild!.textContent = label), 2000);
  }
  return copied;
}
