/** Taking everything away, or down. */
import type { App, View } from "../app.js";
import { toldOf } from "../model/told.js";
import { counted, t } from "../texts/texts.js";
import { h, replace } from "../ui/dom.js";
import { button, field, problem } from "../ui/parts.js";
import { saveUrl } from "./documents.js";

/** Builds the view. */
export function myDataView(app: App): View {
  const word = t("deleteWord");
  const outcome = h("div", { role: "status" });
  const confirm = h("input", { id: "confirm", autocomplete: "off", spellcheck: "false" });
  const remove = button(t("deleteAll"), () => void erase(), { class: "primary danger", isDisabled: true });
  const take = button(t("exportAll"), () => void fetchAll(), { class: "secondary", icon: "download" });
  confirm.addEventListener("input", () => (remove.disabled = confirm.value.trim() !== word));

  async function fetchAll(): Promise<void> {
    take.disabled = true;
    try {
      const file = await app.service.exportMyData();
      const url = URL.createObjectURL(file);
      saveUrl(url, file.name);
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      replace(outcome, h("p", {}, t("exported", { name: file.name })));
    } catch (error) {
      replace(outcome, problem(toldOf(error)));
    }
    take.disabled = false;
  }

  async function erase(): Promise<void> {
    remove.disabled = true;
    try {
      const { applications, files } = await app.service.deleteMyData(app.session.user.id);
      localStorage.removeItem("cvtailor-options");
      confirm.value = "";
      replace(
        outcome,
        h(
          "p",
          {},
          `${t("deleted")} ${counted("applicationCount", applications)}, ${counted("files", files)}.`,
        ),
      );
    } catch (error) {
      replace(outcome, problem(toldOf(error)));
    }
  }

  const element = h(
    "div",
    { class: "narrow stack" },
    h("h1", {}, t("myData")),
    outcome,
    h("section", { class: "card" }, h("h2", {}, t("exportTitle")), h("p", {}, t("exportText")), take),
    h(
      "section",
      { class: "card" },
      h("h2", {}, t("deleteTitle")),
      h("p", {}, t("deleteText")),
      field(t("deleteConfirm", { word }), confirm),
      h("div", { class: "row end" }, remove),
    ),
  );
  return { element, title: t("myData") };
}
