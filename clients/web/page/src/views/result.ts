/** What came of a run: head with status, versions and downloads, then one part at a time. */
import type { Application } from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { App } from "../app.js";
import type { RunState } from "../model/run_state.js";
import { adviceOf, toldOf } from "../model/told.js";
import type { Tab } from "../route.js";
import { dayOf, t } from "../texts/texts.js";
import { h, replace } from "../ui/dom.js";
import { button, problem, select } from "../ui/parts.js";
import { menuButton } from "../ui/menu.js";
import { tabRow } from "../ui/tabs.js";
import { documentName, type Documents } from "./documents.js";
import { LinesPart } from "./lines_part.js";
import { letterPart } from "./letter_part.js";
import { matchPart } from "./match_part.js";
import { pagesPart } from "./pages_part.js";
import { statusMenu } from "./status_menu.js";
import { storyPart } from "./story_part.js";
import { todoPart } from "./todo_part.js";

export class Result {
  readonly element = h("div", { class: "result" });
  readonly #fault = h("div", {});
  readonly #head = h("header", { class: "result-head" });
  readonly #tabs = h("div", {});
  readonly #panel = h("div", { id: "panel", class: "panel", role: "tabpanel" });
  #lines: LinesPart | undefined;
  /** Version of the CV that is shown. */
  #version: number;

  constructor(
    private readonly app: App,
    private application: Application,
    private run: RunState,
    private readonly documents: Documents,
    private tab: Tab,
    private readonly revised: () => void,
  ) {
    this.#version = application.cvVersion;
    this.element.append(this.#head, this.#fault, this.#tabs, this.#panel);
    const end = run.end;
    if (end?.kind === "failed")
      replace(
        this.#fault,
        problem({ message: end.failed.message, advice: adviceOf(end.failed.reason), fields: new Map() }),
      );
    this.#drawHead();
    this.#drawPart();
  }

  /** Shows a part. */
  show(tab: Tab): void {
    if (tab === this.tab) return;
    this.tab = tab;
    this.#drawPart();
  }

  /** Takes what the run has told, once all of it is known. */
  told(run: RunState): void {
    this.run = run;
    if (this.tab === "match" || this.tab === "story") this.#drawPart();
  }

  dispose(): void {
    this.#lines?.dispose();
  }

  #drawHead(): void {
    const { title, company, createTime, cvVersion } = this.application;
    const { pdf } = this.documents;
    const about = [company, dayOf(createTime)].filter(Boolean).join(" · ");
    const others = this.documents.all.filter((document) => document !== pdf);
    replace(
      this.#head,
      h("div", { class: "grow" }, h("h1", {}, title || t("application")), h("p", { class: "lead" }, about)),
      h(
        "div",
        { class: "row tools" },
        statusMenu(
          this.app,
          this.application,
          (application) => this.#changed(application),
          (error) => this.#failed(error),
        ),
        cvVersion > 1 ? this.#versionSelect() : null,
        menuButton(
          t("documents"),
          () =>
            others.map((one) => ({
              label: documentName(one),
              choose: () => void this.documents.save(one, this.#version),
            })),
          { class: "secondary" },
        ),
        pdf
          ? button(t("downloadPdf"), () => void this.documents.save(pdf, this.#version), {
              class: "primary",
              icon: "download",
            })
          : null,
      ),
    );
  }

  #versionSelect(): HTMLElement {
    const { versions, cvVersion } = this.application;
    const numbers = versions.length ? versions.map(({ version }) => version) : [cvVersion];
    const labels = numbers.toReversed().map((number) => {
      const suffix = number === cvVersion ? ` (${t("newest")})` : "";
      return [String(number), t("version", { number }) + suffix] as const;
    });
    const choose = select("version", labels, String(this.#version), (value) => {
      this.#version = Number(value);
      this.#drawPart();
    });
    choose.setAttribute("aria-label", t("versionLabel"));
    return choose;
  }

  #drawPart(): void {
    this.#lines?.dispose();
    this.#lines = undefined;
    const tabs = [
      { name: "lines", label: t("tabLines") },
      { name: "pages", label: t("tabPages") },
      { name: "match", label: t("tabMatch") },
      { name: "letter", label: t("tabLetter") },
      { name: "todo", label: t("tabTodo"), count: this.application.actionPoints.length },
      { name: "story", label: t("tabStory") },
    ] as const;
    const id = this.application.id;
    const row = tabRow(t("parts"), tabs, this.tab, (tab) => this.app.go({ name: "application", id, tab }));
    const hadFocus = this.#tabs.contains(document.activeElement);
    replace(this.#tabs, row);
    this.#panel.setAttribute("aria-labelledby", `tab-${this.tab}`);
    replace(this.#panel, this.#part());
    const selected = row.querySelector<HTMLElement>('[aria-selected="true"]');
    if (hadFocus) selected?.focus({ preventScroll: true });
    selected?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  #part(): HTMLElement {
    switch (this.tab) {
      case "pages":
        return pagesPart(this.documents, this.#version);
      case "match":
        return matchPart(this.application, this.run);
      case "letter":
        return letterPart(this.application);
      case "todo":
        return todoPart(this.app, this.application, (application) => this.#changed(application));
      case "story":
        return storyPart(this.application, this.run);
      default:
        this.#lines = new LinesPart(this.app, this.application, this.#version, this.revised);
        return this.#lines.element;
    }
  }

  #changed(application: Application): void {
    const isSealed = application.submission && !this.application.submission;
    this.application = application;
    replace(this.#fault);
    this.#drawHead();
    if (isSealed || this.tab === "todo") this.#drawPart();
  }

  #failed(error: unknown): void {
    replace(this.#fault, problem(toldOf(error)));
  }
}
