/** Header, notices and keyboard shortcuts: what is there whatever is shown. */
import { chooseShade, nextShade, shade, type Shade } from "./preferences.js";
import { hashOf, type Route } from "./route.js";
import type { Session } from "./session.js";
import { chooseLocale, locale, t, type TextKey } from "./texts/texts.js";
import { h, replace, setText } from "./ui/dom.js";
import { openDialog } from "./ui/dialog.js";
import { icon, mark, type IconName } from "./ui/icons.js";
import { menuButton } from "./ui/menu.js";

const SHADE_ICONS: Record<Shade, IconName> = { system: "system", light: "sun", dark: "moon" };
const SHADE_TEXTS: Record<Shade, TextKey> = { system: "shadeSystem", light: "shadeLight", dark: "shadeDark" };

const SHORTCUTS: readonly (readonly [string, TextKey])[] = [
  ["g a", "keyBoard"],
  ["g n", "keyNew"],
  ["?", "keyHelp"],
  ["Ctrl+Enter", "keySend"],
  ["↑ ↓", "keyLines"],
  ["Enter", "keySelect"],
  ["a  r  p  h", "keyDecide"],
  ["Alt+← →", "keyMove"],
  ["← →", "keyTabs"],
];

interface ShellActions {
  go: (route: Route) => void;
  redraw: () => void;
  signOut: () => void;
}

/** Draws the header. */
export function drawHeader(session: Session, route: Route, actions: ShellActions): void {
  const link = (to: Route, label: string, isHere: boolean) =>
    h("a", { href: hashOf(to), class: "nav-link", "aria-current": isHere && "page" }, label);
  const other = locale() === "en" ? "de" : "en";
  const changeLocale = () => {
    chooseLocale(other);
    actions.redraw();
  };
  const changeShade = () => {
    chooseShade(nextShade(shade()));
    drawHeader(session, route, actions);
    document.getElementById("shade")?.focus();
  };
  const tools = h(
    "div",
    { class: "row header-tools" },
    h(
      "button",
      {
        type: "button",
        class: "quiet",
        lang: other,
        "aria-label": t("otherLanguage"),
        on: { click: changeLocale },
      },
      other.toUpperCase(),
    ),
    h(
      "button",
      {
        type: "button",
        id: "shade",
        class: "quiet icon-only",
        "aria-label": t(SHADE_TEXTS[shade()]),
        title: t(SHADE_TEXTS[shade()]),
        on: { click: changeShade },
      },
      icon(SHADE_ICONS[shade()]),
    ),
    h(
      "button",
      {
        type: "button",
        class: "quiet icon-only wide-only",
        "aria-label": t("shortcuts"),
        title: t("shortcuts"),
        on: { click: showShortcuts },
      },
      icon("keyboard"),
    ),
    session.isSignedIn ? account(session, { ...actions, changeShade }) : null,
  );
  const nav = session.isSignedIn
    ? h(
        "nav",
        { "aria-label": t("navigation") },
        link({ name: "board" }, t("applications"), route.name === "board"),
        link({ name: "new" }, t("newShort"), route.name === "new"),
      )
    : h("div", { class: "grow" });
  replace(
    document.getElementById("top")!,
    h(
      "div",
      { class: "top-inner" },
      h(
        "a",
        { href: "#/", class: "brand", "aria-label": "cvtailor" },
        mark(),
        h("span", { class: "brand-name" }, "cvtailor"),
      ),
      nav,
      tools,
    ),
  );
  setText(document.getElementById("skip")!, t("skip"));
}

function account(session: Session, actions: ShellActions & { changeShade: () => void }): HTMLElement {
  const { email } = session.user;
  const items = () => [
    { label: t("myData"), choose: () => actions.go({ name: "data" }) },
    { label: t(SHADE_TEXTS[shade()]), choose: actions.changeShade },
    { label: t("shortcuts"), choose: showShortcuts },
    ...(session.isLocal ? [] : [{ label: t("signOut"), choose: actions.signOut }]),
  ];
  return menuButton(icon("user"), items, {
    class: "quiet icon-only",
    name: email ? t("accountOf", { email }) : t("account"),
  });
}

/** Shows or hides a line under the header. */
export function setNotice(text: string): void {
  const notice = document.getElementById("notice")!;
  notice.hidden = text === "";
  setText(notice, text);
}

/** Lists the shortcuts. */
export function showShortcuts(): void {
  if (document.querySelector("dialog[open]")) return;
  const rows = SHORTCUTS.map(([keys, key]) =>
    h(
      "div",
      {},
      h(
        "dt",
        {},
        keys.split(/ +/).map((one) => h("kbd", {}, one)),
      ),
      h("dd", {}, t(key)),
    ),
  );
  openDialog(t("shortcuts"), h("dl", { class: "shortcuts" }, rows));
}

/** Hears the shortcuts that work everywhere, except while somebody writes. */
export function hearShortcuts(go: (route: Route) => void): void {
  let isLeading = false;
  addEventListener("keydown", (event) => {
    const isWriting =
      event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
    if (isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isLeading && event.key === "a") go({ name: "board" });
    else if (isLeading && event.key === "n") go({ name: "new" });
    else if (event.key === "?") showShortcuts();
    isLeading = event.key === "g";
  });
}
