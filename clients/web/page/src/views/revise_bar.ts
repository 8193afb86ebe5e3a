/** Sending what was decided: a new version of the CV. */
import { create } from "@bufbuild/protobuf";
import type { Application } from "../../../src/gen/cvtailor/v1/application_pb.js";
import { GenerationOptionsSchema } from "../../../src/gen/cvtailor/v1/cv_generator_pb.js";
import type { App } from "../app.js";
import type { PendingEdits } from "../model/edits.js";
import { optionsOf, rememberOptions, type ChosenOptions } from "../model/options.js";
import { toldOf } from "../model/told.js";
import { begun } from "../service.js";
import { counted, t } from "../texts/texts.js";
import { h, replace } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { button, field, problem } from "../ui/parts.js";
import { optionFields } from "./option_fields.js";

const FEEDBACK_CHARS_MAX = 2000;

export class ReviseBar {
  readonly element: HTMLElement;
  readonly #count = h("p", { class: "strong grow" });
  readonly #fault = h("div", {});
  readonly #feedback = h("textarea", {
    id: "feedback",
    rows: 2,
    maxlength: FEEDBACK_CHARS_MAX,
    placeholder: t("feedbackPlaceholder"),
    on: { input: () => this.refresh() },
  });
  readonly #send = button(t("makeVersion"), () => void this.#revise(), { class: "primary" });
  readonly #discard: HTMLButtonElement;
  /** What was chosen anew; undefined: as before. */
  #options: ChosenOptions | undefined;

  constructor(
    private readonly app: App,
    private readonly application: Application,
    private readonly edits: PendingEdits,
    private readonly revised: () => void,
    private readonly discarded: () => void,
  ) {
    this.#discard = button(t("discard"), () => this.#clear(), { class: "quiet" });
    const before = optionsOf(application.id);
    const options = optionFields(
      "revise",
      before,
      (part) => {
        this.#options = { ...before, ...this.#options, ...part };
        this.refresh();
      },
      false,
    );
    const wishes = h(
      "div",
      { class: "wishes", id: "wishes", hidden: true },
      field(t("feedback"), this.#feedback, t("feedbackHint")),
      options,
    );
    const more = h(
      "button",
      { type: "button", class: "quiet wishes-button", "aria-expanded": "false", "aria-controls": "wishes" },
      t("wishes"),
      icon("chevron"),
    );
    more.addEventListener("click", () => {
      wishes.hidden = !wishes.hidden;
      more.setAttribute("aria-expanded", String(!wishes.hidden));
      if (!wishes.hidden) this.#feedback.focus();
    });
    this.element = h(
      "section",
      { class: "revise card", "aria-label": t("revise") },
      this.#fault,
      h("div", { class: "row" }, this.#count, more, this.#discard, this.#send),
      wishes,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void this.#revise();
    });
    this.refresh();
  }

  /** Draws how much there is to send. */
  refresh(): void {
    const isEmpty = !this.edits.size && !this.#feedback.value.trim() && !this.#options;
    this.#count.textContent = this.edits.size ? counted("decisions", this.edits.size) : t("noDecisions");
    this.#send.disabled = isEmpty;
    this.#discard.hidden = isEmpty;
    this.element.classList.toggle("pending", !isEmpty);
  }

  #clear(): void {
    this.edits.clear();
    this.#feedback.value = "";
    this.#options = undefined;
    this.refresh();
    this.discarded();
  }

  async #revise(): Promise<void> {
    if (this.#send.disabled) return;
    this.#send.disabled = true;
    replace(this.#fault);
    const { id, cvVersion } = this.application;
    try {
      await begun(
        this.app.service.revise(id, {
          parentVersion: cvVersion,
          edits: this.edits.list(),
          feedback: this.#feedback.value.trim(),
          ...(this.#options ? { options: create(GenerationOptionsSchema, this.#options) } : {}),
        }),
      );
      if (this.#options) rememberOptions(id, this.#options);
      this.revised();
    } catch (error) {
      this.#send.disabled = false;
      replace(this.#fault, problem(toldOf(error)));
    }
  }
}
