/** Small parts that several views show. */
import type { Told } from "../model/told.js";
import { h, type Child } from "./dom.js";
import { icon, type IconName } from "./icons.js";

/** A button with an icon and a label. */
export function button(
  label: string,
  click: () => void,
  options: { icon?: IconName; class?: string; isDisabled?: boolean; title?: string } = {},
): HTMLButtonElement {
  return h(
    "button",
    {
      type: "button",
      class: options.class ?? "",
      disabled: options.isDisabled,
      title: options.title,
      on: { click },
    },
    options.icon ? icon(options.icon) : null,
    label,
  );
}

/** A labelled control with a hint and a place for what is wrong with it. */
export function field(
  label: string,
  control: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement,
  hint = "",
): HTMLElement {
  const id = control.id;
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    control,
    hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null,
  );
}

/** A choice among values. */
export function select(
  id: string,
  choices: readonly (readonly [value: string, label: string])[],
  value: string,
  change: (value: string) => void,
): HTMLSelectElement {
  const options = choices.map(([one, label]) => h("option", { value: one, selected: one === value }, label));
  const control: HTMLSelectElement = h(
    "select",
    { id, on: { change: () => change(control.value) } },
    options,
  );
  return control;
}

/** Grey bars where text is going to be. */
export function skeleton(lines: number): HTMLElement {
  const bars = Array.from({ length: lines }, () => h("span", { class: "bar" }));
  return h("div", { class: "skeleton", "aria-hidden": "true" }, bars);
}

/** A friendly word where there is nothing yet. */
export function empty(title: string, ...content: Child[]): HTMLElement {
  return h("div", { class: "empty" }, stitches(), h("h2", {}, title), content);
}

/** What went wrong and what to do. */
export function problem(told: Told, ...actions: Child[]): HTMLElement {
  const fields = Array.from(told.fields)
    .filter(([, text]) => text !== told.message)
    .map(([name, text]) => h("li", {}, h("code", {}, name), " ", text));
  return h(
    "div",
    { class: "problem", role: "alert" },
    icon("alert"),
    h(
      "div",
      {},
      h("p", { class: "strong" }, told.message),
      told.advice ? h("p", {}, told.advice) : null,
      fields.length ? h("ul", {}, fields) : null,
      actions.length ? h("div", { class: "row" }, actions) : null,
    ),
  );
}

/** A running stitch, for ornament. */
export function stitches(): HTMLElement {
  return h("div", { class: "stitches", "aria-hidden": "true" });
}
