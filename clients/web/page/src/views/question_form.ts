/** A question of a run, answered in place. */
import type { App } from "../app.js";
import type { QuestionState } from "../model/run_state.js";
import { toldOf } from "../model/told.js";
import { clock, t } from "../texts/texts.js";
import { h } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { button, field, select } from "../ui/parts.js";

const ANSWER_CHARS_MAX = 500;

/** Builds the form of one question; it goes when the question is closed. */
export function questionForm(
  app: App,
  applicationId: string,
  { question, deadline }: QuestionState,
): HTMLElement {
  const prefix = question.id.replace(/\W/g, "-");
  const text = h("textarea", { id: `${prefix}-text`, rows: 3, maxlength: ANSWER_CHARS_MAX });
  let entryId = question.places[0]?.entryId ?? "";
  const places = question.places.map((place) => [place.entryId, place.label] as const);
  const place = select(`${prefix}-place`, places, entryId, (value) => (entryId = value));
  const fault = h("p", { class: "fault", role: "alert" });
  const title = h("h2", { id: `${prefix}-title` }, question.text);
  const buttons = [
    button(t("answer"), () => void answer(text.value.trim()), { class: "primary" }),
    button(t("nothingToTell"), () => void answer(""), { class: "quiet" }),
  ];

  async function answer(words: string): Promise<void> {
    fault.textContent = "";
    for (const one of buttons) one.disabled = true;
    try {
      await app.service.answer(applicationId, {
        questionId: question.id,
        text: words,
        entryId: words ? entryId : "",
      });
    } catch (error) {
      fault.textContent = toldOf(error).message;
      for (const one of buttons) one.disabled = false;
    }
  }

  return h(
    "section",
    { class: "card question", "aria-labelledby": title.id },
    h("p", { class: "label row" }, icon("question"), t("questionAbout")),
    title,
    field(t("answerLabel"), text, t("answerHint")),
    field(t("answerPlace"), place),
    fault,
    h(
      "div",
      { class: "row" },
      buttons,
      h("span", { class: "hint" }, t("waitsUntil", { time: clock(deadline) })),
    ),
  );
}
