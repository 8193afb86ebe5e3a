/** Dropping, picking or pasting a CV. */
import { CV_ACCEPT, chooseCv, type ChosenCv } from "../model/cv_file.js";
import { fileSize, t } from "../texts/texts.js";
import { announce } from "../ui/announce.js";
import { h, replace } from "../ui/dom.js";
import { icon } from "../ui/icons.js";
import { button } from "../ui/parts.js";

export interface CvChooser {
  element: HTMLElement;
  /** Says next to the field what is wrong with the choice. */
  complain(text: string): void;
  dispose(): void;
}

/** Builds the field; a file may be dropped anywhere on the window. */
export function cvChooser(
  chosen: ChosenCv | undefined,
  choose: (cv: ChosenCv | undefined) => void,
): CvChooser {
  const picker = h("input", {
    type: "file",
    id: "cv-file",
    class: "sr",
    accept: CV_ACCEPT,
    tabindex: -1,
    "aria-hidden": "true",
  });
  const fault = h("p", { class: "fault", id: "cv-fault", role: "alert" });
  const body = h("div", { class: "cv-body" });
  const element = h("div", { class: "drop" }, picker, body, fault);

  function take(cv: ChosenCv | undefined): void {
    fault.textContent = "";
    choose(cv);
    show(cv);
    if (cv) announce(t("cvChosen", { name: cv.name }));
  }

  function takeBytes(name: string, content: Uint8Array<ArrayBuffer>): void {
    const cv = chooseCv(name, content);
    if (typeof cv === "string") fault.textContent = t(cv);
    else take(cv);
  }

  async function takeFile(file: File): Promise<void> {
    takeBytes(file.name, new Uint8Array(await file.arrayBuffer()));
  }

  function show(cv: ChosenCv | undefined): void {
    element.classList.toggle("has-file", cv !== undefined);
    if (!cv) return replace(body, ...asking());
    const again = button(t("chooseAnother"), () => take(undefined), { class: "quiet" });
    const facts = h("p", { class: "hint" }, `${t(formatKey(cv.mediaType))} · ${fileSize(cv.content.length)}`);
    replace(
      body,
      h(
        "div",
        { class: "file" },
        icon("file"),
        h("div", {}, h("p", { class: "strong" }, cv.name), facts),
        again,
      ),
    );
  }

  function asking(): HTMLElement[] {
    return [
      icon("file") as unknown as HTMLElement,
      h("p", { class: "strong" }, t("dropCv")),
      h("p", { class: "hint" }, t("cvFormats")),
      h(
        "div",
        { class: "row center" },
        button(t("chooseFile"), () => picker.click(), { class: "secondary" }),
        button(t("pasteText"), paste, { class: "quiet" }),
      ),
    ];
  }

  function paste(): void {
    const text = h("textarea", {
      id: "cv-text",
      rows: 10,
      "aria-label": t("yourCv"),
      placeholder: t("pastePlaceholder"),
    });
    const done = () => takeBytes(t("pastedName"), new TextEncoder().encode(text.value));
    const back = button(t("back"), () => show(undefined), { class: "quiet" });
    replace(
      body,
      text,
      h("div", { class: "row end" }, back, button(t("useText"), done, { class: "secondary" })),
    );
    text.focus();
  }

  picker.addEventListener("change", () => {
    const file = picker.files?.[0];
    picker.value = "";
    if (file) void takeFile(file);
  });
  const over = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    element.classList.add("over");
  };
  const leave = (event: DragEvent) => {
    if (!event.relatedTarget) element.classList.remove("over");
  };
  const drop = (event: DragEvent) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    element.classList.remove("over");
    void takeFile(file);
  };
  const listening = new AbortController();
  addEventListener("dragover", over, { signal: listening.signal });
  addEventListener("dragleave", leave, { signal: listening.signal });
  addEventListener("drop", drop, { signal: listening.signal });
  show(chosen);
  return {
    element,
    complain: (text) => {
      fault.textContent = text;
      body.querySelector<HTMLElement>("button, textarea")?.focus();
    },
    dispose: () => listening.abort(),
  };
}

function formatKey(mediaType: string) {
  const keys = {
    "application/pdf": "formatPdf",
    "application/yaml": "formatYaml",
    "application/json": "formatJson",
    "text/markdown": "formatMarkdown",
    "text/plain": "formatText",
  } as const;
  return mediaType in keys ? keys[mediaType as keyof typeof keys] : "formatDocx";
}
