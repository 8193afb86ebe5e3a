/** Asking for an application: a CV, a job ad, a few choices. */
import { create } from "@bufbuild/protobuf";
import {
  GenerateApplicationRequestSchema,
  GenerationOptionsSchema,
  JobPostingSchema,
} from "../../../src/gen/cvtailor/v1/cv_generator_pb.js";
import type { App, View } from "../app.js";
import { baseCvOf, type ChosenCv } from "../model/cv_file.js";
import { rememberOptions } from "../model/options.js";
import { toldOf } from "../model/told.js";
import { begun } from "../service.js";
import { t } from "../texts/texts.js";
import { announce } from "../ui/announce.js";
import { h, replace } from "../ui/dom.js";
import { button, field, problem, stitches } from "../ui/parts.js";
import { cvChooser } from "./cv_chooser.js";
import { optionFields, type ChosenOptions } from "./option_fields.js";

const POSTING_CHARS_MIN = 40;

/** What was put in so far; it outlives a change of language, and going elsewhere and back. */
interface Draft extends ChosenOptions {
  cv?: ChosenCv;
  posting: string;
  sourceUrl: string;
  requestId: string;
}

let draft: Draft = newDraft();

function newDraft(): Draft {
  const choices = { theme: 0, pageLimit: 0, languageCode: "", tone: 0, interactive: false };
  return { ...choices, posting: "", sourceUrl: "", requestId: crypto.randomUUID() };
}

/** The form. */
export function newApplicationView(app: App): View {
  const fault = h("div", {});
  const posting = h("textarea", {
    id: "posting",
    rows: 14,
    maxlength: 100_000,
    required: true,
    placeholder: t("postingPlaceholder"),
  });
  const sourceUrl = h("input", { id: "source-url", type: "url", inputmode: "url", placeholder: "https://" });
  posting.value = draft.posting;
  sourceUrl.value = draft.sourceUrl;
  posting.addEventListener("input", () => change({ posting: posting.value }));
  sourceUrl.addEventListener("input", () => change({ sourceUrl: sourceUrl.value.trim() }));

  const submit = button(t("tailor"), () => void start(), { class: "primary large" });
  const postingFault = h("p", { class: "fault", id: "posting-fault", role: "alert" });
  const chooser = cvChooser(draft.cv, (cv) => change(cv ? { cv } : { cv: undefined }));

  async function start(): Promise<void> {
    const isShort = draft.posting.trim().length < POSTING_CHARS_MIN;
    postingFault.textContent = isShort ? t("postingShort", { count: POSTING_CHARS_MIN }) : "";
    posting.toggleAttribute("aria-invalid", isShort);
    if (!draft.cv) return chooser.complain(t("cvMissing"));
    if (isShort) return posting.focus();
    submit.disabled = true;
    announce(t("starting"));
    try {
      const id = await begun(app.service.generate(requestOf(draft, draft.cv)));
      rememberOptions(id, draft);
      draft = { ...newDraft(), cv: draft.cv };
      app.go({ name: "application", id, tab: "lines" });
    } catch (error) {
      submit.disabled = false;
      const told = toldOf(error);
      // The fault is told of the field that held the CV: base_cv.rendercv_yaml, base_cv.file.content.
      const ofCv = [...told.fields].find(([field]) => field.startsWith("base_cv"))?.[1] ?? "";
      if (ofCv) chooser.complain(ofCv);
      postingFault.textContent = told.fields.get("posting.text") ?? told.fields.get("posting") ?? "";
      replace(fault, problem(told));
    }
  }

  const form = h(
    "form",
    { class: "new", novalidate: true, on: { submit: (event) => (event.preventDefault(), void start()) } },
    h(
      "header",
      { class: "hero" },
      h("h1", {}, t("newTitle")),
      h("p", { class: "lead" }, t("promise")),
      stitches(),
    ),
    h(
      "div",
      { class: "halves" },
      h(
        "section",
        { class: "card", "aria-labelledby": "cv-title" },
        h("h2", { id: "cv-title" }, t("yourCv")),
        chooser.element,
      ),
      h(
        "section",
        { class: "card", "aria-labelledby": "ad-title" },
        h("h2", { id: "ad-title" }, t("jobAd")),
        field(t("postingLabel"), posting),
        postingFault,
        field(t("sourceUrl"), sourceUrl, t("sourceUrlHint")),
      ),
    ),
    h(
      "section",
      { class: "card", "aria-labelledby": "options-title" },
      h("h2", { id: "options-title" }, t("choices")),
      optionFields("new", draft, (chosen) => change(chosen), true),
    ),
    fault,
    h("div", { class: "row end" }, h("kbd", { class: "wide-only" }, t("ctrlEnter")), submit),
  );
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void start();
  });
  return { element: form, title: t("newTitle"), dispose: chooser.dispose };
}

/** A changed request is another request: it must not be taken for a repetition. */
function change(part: Partial<Draft> | { cv: undefined }): void {
  draft = { ...draft, ...part, requestId: crypto.randomUUID() } as Draft;
}

function requestOf(chosen: Draft, cv: ChosenCv) {
  const { theme, pageLimit, languageCode, tone, interactive } = chosen;
  return create(GenerateApplicationRequestSchema, {
    requestId: chosen.requestId,
    baseCv: baseCvOf(cv),
    posting: create(JobPostingSchema, { text: chosen.posting, sourceUrl: chosen.sourceUrl }),
    options: create(GenerationOptionsSchema, { theme, pageLimit, languageCode, tone, interactive }),
  });
}
