/** Tabs with a roving focus. */
import { h } from "./dom.js";

export interface Tab<Name extends string> {
  name: Name;
  label: string;
  /** A small number beside the label. */
  count?: number;
}

/** Builds the row of tabs and tells which one was chosen; whoever draws it anew keeps the focus. The panel is `#panel`. */
export function tabRow<Name extends string>(
  label: string,
  tabs: readonly Tab<Name>[],
  selected: Name,
  choose: (name: Name) => void,
): HTMLElement {
  const row = h("div", { class: "tabs", role: "tablist", "aria-label": label });
  for (const tab of tabs) {
    const isSelected = tab.name === selected;
    row.append(
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${tab.name}`,
          "aria-selected": String(isSelected),
          "aria-controls": "panel",
          tabindex: isSelected ? 0 : -1,
          on: { click: () => choose(tab.name) },
        },
        tab.label,
        tab.count ? h("span", { class: "count" }, tab.count) : null,
      ),
    );
  }
  row.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = tabs.findIndex((tab) => tab.name === selected);
    choose(tabs[(index + step + tabs.length) % tabs.length]!.name);
  });
  return row;
}
