/** Where an application stands, and moving it elsewhere. */
import {
  ApplicationStatus as Status,
  type Application,
} from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { App } from "../app.js";
import { CHOOSABLE } from "../model/board.js";
import { statusName, t } from "../texts/texts.js";
import { announce } from "../ui/announce.js";
import { h } from "../ui/dom.js";
import { menuButton } from "../ui/menu.js";
import { button } from "../ui/parts.js";
import { openDialog } from "../ui/dialog.js";

/**
 * Asks the service to move an application; submitting asks the person first, since it can't be undone.
 *
 * @returns The application after the step, or undefined if the person thought better of it.
 */
export async function move(
  app: App,
  application: Application,
  status: Status,
): Promise<Application | undefined> {
  if (status === Status.SUBMITTED && !(await isSure())) return undefined;
  const moved = await app.service.update(application.id, { status, revision: application.revision });
  announce(t("moved", { title: application.title || t("application"), status: statusName(status) }));
  return moved;
}

/** Builds the menu of statuses. */
export function statusMenu(
  app: App,
  application: Application,
  changed: (application: Application) => void,
  failed: (error: unknown) => void,
  isSmall = false,
): HTMLElement {
  const chosen = (status: Status) =>
    void move(app, application, status).then((moved) => moved && changed(moved), failed);
  const items = () =>
    CHOOSABLE.filter((status) => status !== application.status).map((status) => ({
      label: statusName(status),
      choose: () => chosen(status),
    }));
  const label = isSmall
    ? t("move")
    : h(
        "span",
        { class: `status status-${Status[application.status].toLowerCase()}` },
        statusName(application.status),
      );
  return menuButton(label, items, {
    class: isSmall ? "quiet small" : "secondary",
    name: t("moveLabel", {
      title: application.title || t("application"),
      status: statusName(application.status),
    }),
  });
}

function isSure(): Promise<boolean> {
  return new Promise((resolve) => {
    let sure = false;
    const submit = button(t("markSubmitted"), () => ((sure = true), dialog.close()), { class: "primary" });
    const back = button(t("back"), () => dialog.close(), { class: "quiet" });
    const dialog = openDialog(
      t("submitTitle"),
      h("p", {}, t("submitText")),
      h("div", { class: "row end" }, back, submit),
    );
    dialog.addEventListener("close", () => resolve(sure));
  });
}
