/** A menu button: arrows move, Escape closes, focus goes back to the button. */
import { h, type Child } from "./dom.js";
import { icon } from "./icons.js";

export interface MenuItem {
  label: string;
  choose: () => void;
}

/** Builds the button; its items are asked for each time it opens. */
export function menuButton(
  label: Child,
  items: () => MenuItem[],
  options: { class?: string; name?: string } = {},
): HTMLElement {
  const list = h("div", { class: "menu", role: "menu", hidden: true });
  const button = h(
    "button",
    {
      type: "button",
      class: options.class ?? "",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": options.name,
      on: { click: () => (list.hidden ? open() : close(true)) },
    },
    label,
    icon("chevron"),
  );
  const holder = h("div", { class: "menu-holder" }, button, list);

  function open(): void {
    list.replaceChildren(...items().map(item));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    list.classList.toggle("to-left", button.getBoundingClientRect().left > innerWidth / 2);
    (list.firstElementChild as HTMLElement | null)?.focus();
  }

  function close(isBack: boolean): void {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (isBack) button.focus();
  }

  function item({ label: text, choose }: MenuItem): HTMLElement {
    const chosen = () => {
      close(true);
      choose();
    };
    return h("button", { type: "button", role: "menuitem", tabindex: -1, on: { click: chosen } }, text);
  }

  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
    else if (!moveFocus(list, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  holder.addEventListener("focusout", (event) => {
    if (!list.hidden && !holder.contains(event.relatedTarget as Node | null)) close(false);
  });
  return holder;
}

/** Moves the focus among a list's items by the arrow keys, Home and End; says if the key was one of them. */
export function moveFocus(list: Element, key: string, selector = ":scope > *"): boolean {
  const items = Array.from(list.querySelectorAll<HTMLElement>(selector));
  const current = items.indexOf(document.activeElement as HTMLElement);
  const next: Record<string, number> = {
    ArrowDown: Math.min(current + 1, items.length - 1),
    ArrowUp: Math.max(current - 1, 0),
    Home: 0,
    End: items.length - 1,
  };
  if (!(key in next)) return false;
  items[next[key]!]?.focus();
  return true;
}
