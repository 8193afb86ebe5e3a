/** What to do next, the owner's notes, what was sent, and where the application has been. */
import type { ActionPoint, Application, Submission } from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { App } from "../app.js";
import { toldOf } from "../model/told.js";
import { dateOf, dayOf, fileSize, momentOf, statusName, t, type TextKey } from "../texts/texts.js";
import { announce } from "../ui/announce.js";
import { h } from "../ui/dom.js";
import { button, field } from "../ui/parts.js";

const NOTES_CHARS_MAX = 20_000;

/** From 0 (now) to 4 (some day). */
const PRIORITIES: readonly TextKey[] = ["priority0", "priority1", "priority2", "priority3", "priority4"];

/** Builds the part. */
export function todoPart(
  app: App,
  application: Application,
  changed: (application: Application) => void,
): HTMLElement {
  const { actionPoints, submission } = application;
  return h(
    "div",
    { class: "halves" },
    h(
      "div",
      { class: "stack" },
      h(
        "section",
        { class: "card" },
        h("h2", {}, t("tabTodo")),
        actionPoints.length
          ? h("ol", { class: "todo" }, actionPoints.map(todo))
          : h("p", { class: "hint" }, t("nothingToDo")),
      ),
      submission ? sent(submission) : null,
    ),
    h("div", { class: "stack" }, notes(app, application, changed), history(application)),
  );
}

function todo({ title, details, priority, dueDate }: ActionPoint): HTMLElement {
  const name = t(PRIORITIES[Math.min(Math.max(priority, 0), 4)]!);
  const due = dueDate ? `${t("dueBy", { date: dateOf(dueDate) })}` : "";
  return h(
    "li",
    { class: `priority-${priority}` },
    h("p", { class: "strong" }, title),
    h("p", {}, details),
    h("p", { class: "hint" }, [name, due].filter(Boolean).join(" · ")),
  );
}

function sent({ submitTime, cvVersion, offer, documents, messages }: Submission): HTMLElement {
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("whatWasSent")),
    h("p", {}, t("sentOn", { date: momentOf(submitTime), version: cvVersion })),
    h(
      "ul",
      { class: "plain" },
      documents.map(({ name, sizeBytes, sha256 }) =>
        h(
          "li",
          {},
          h("span", { class: "strong" }, name),
          " ",
          fileSize(Number(sizeBytes)),
          h("p", { class: "hash" }, `SHA-256 ${sha256}`),
        ),
      ),
    ),
    messages.map(({ kind, subject, body }) =>
      h("details", {}, h("summary", {}, subject || kind), h("p", { class: "words" }, body)),
    ),
    offer?.posting
      ? h("details", {}, h("summary", {}, t("jobAd")), h("p", { class: "words" }, offer.posting))
      : null,
  );
}

function notes(app: App, application: Application, changed: (application: Application) => void): HTMLElement {
  const text = h("textarea", { id: "notes", rows: 6, maxlength: NOTES_CHARS_MAX });
  const fault = h("p", { class: "fault", role: "alert" });
  const save = button(t("saveNotes"), () => void keep(), { class: "secondary", isDisabled: true });
  text.value = application.notes;
  text.addEventListener("input", () => (save.disabled = text.value === application.notes));

  async function keep(): Promise<void> {
    save.disabled = true;
    fault.textContent = "";
    try {
      const kept = await app.service.update(application.id, {
        notes: text.value,
        revision: application.revision,
      });
      announce(t("notesSaved"));
      changed(kept);
    } catch (error) {
      fault.textContent = toldOf(error).message;
      save.disabled = false;
    }
  }

  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("notes")),
    field(t("notesLabel"), text),
    fault,
    h("div", { class: "row end" }, save),
  );
}

function history({ statusChanges, versions }: Application): HTMLElement {
  const steps = statusChanges.map(({ toStatus, changeTime }) => ({
    what: statusName(toStatus),
    when: changeTime,
  }));
  const made = versions.map(({ version, createTime, feedback }) => ({
    what: t("version", { number: version }) + (feedback ? `: ${feedback}` : ""),
    when: createTime,
  }));
  const all = [...steps, ...made].sort((one, other) =>
    Number((one.when?.seconds ?? 0n) - (other.when?.seconds ?? 0n)),
  );
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("history")),
    h(
      "ol",
      { class: "history" },
      all.map(({ what, when }) =>
        h(
          "li",
          {},
          h("span", { class: "grow" }, what),
          h("time", { class: "hint", title: momentOf(when) }, dayOf(when)),
        ),
      ),
    ),
  );
}
