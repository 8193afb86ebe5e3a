/** A modal dialog: the browser's own, so that focus stays in it and Escape closes it. */
import { t } from "../texts/texts.js";
import { h, type Child } from "./dom.js";
import { icon } from "./icons.js";

/** Opens a dialog and returns it; it leaves the page when it is closed. */
export function openDialog(title: string, ...content: Child[]): HTMLDialogElement {
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": "dialog-title", on: { close: () => dialog.remove() } },
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id: "dialog-title" }, title),
      h(
        "button",
        { class: "quiet icon-only", "aria-label": t("close"), on: { click: () => dialog.close() } },
        icon("close"),
      ),
    ),
    content,
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
