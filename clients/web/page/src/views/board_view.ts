/** All applications by status; cards move by menu, by Alt and the arrow keys, or by the mouse. */
import {
  ApplicationStatus as Status,
  type Application,
} from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { App, View } from "../app.js";
import { arranged, COLUMNS, columnOf, isGenerating, type Column } from "../model/board.js";
import { toldOf } from "../model/told.js";
import { hashOf } from "../route.js";
import { dayOf, statusName, t } from "../texts/texts.js";
import { h, replace } from "../ui/dom.js";
import { button, empty, problem, skeleton } from "../ui/parts.js";
import { move, statusMenu } from "./status_menu.js";

const PAGE_SIZE = 100;
const REFRESH_MS = 4000;

/** Builds the board. */
export function boardView(app: App): View {
  return new Board(app);
}

class Board implements View {
  readonly element = h("div", { class: "overview" });
  readonly title = t("applications");
  readonly #fault = h("div", {});
  readonly #columns = h("div", { class: "columns" });
  readonly #ended = new AbortController();
  #applications: Application[] = [];
  #nextPage = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly app: App) {
    const add = button(t("newApplication"), () => app.go({ name: "new" }), {
      class: "primary",
      icon: "plus",
    });
    const head = h("header", { class: "result-head" }, h("h1", { class: "grow" }, t("applications")), add);
    this.element.append(head, this.#fault, this.#columns);
    replace(
      this.#columns,
      COLUMNS.map(() => h("section", { class: "column-of-cards" }, skeleton(4))),
    );
    void this.#load();
  }

  dispose(): void {
    this.#ended.abort();
    clearTimeout(this.#timer);
  }

  /** Fetches the first page; again after a while as long as a run is at work. */
  async #load(): Promise<void> {
    const { signal } = this.#ended;
    try {
      const page = await this.app.service.list({ pageSize: PAGE_SIZE }, { signal });
      this.#applications = page.applications;
      this.#nextPage = page.nextPageToken;
      this.#draw();
      if (this.#applications.some(isGenerating))
        this.#timer = setTimeout(() => void this.#load(), REFRESH_MS);
    } catch (error) {
      if (signal.aborted) return;
      const again = button(t("tryAgain"), () => this.app.redraw(), { class: "secondary" });
      replace(this.#columns);
      replace(this.#fault, problem(toldOf(error), again));
    }
  }

  async #more(): Promise<void> {
    const request = { pageSize: PAGE_SIZE, pageToken: this.#nextPage };
    try {
      const page = await this.app.service.list(request, { signal: this.#ended.signal });
      this.#applications.push(...page.applications);
      this.#nextPage = page.nextPageToken;
      this.#draw();
    } catch (error) {
      this.app.tell(error);
    }
  }

  #draw(): void {
    if (!this.#applications.length) {
      const start = button(t("newApplication"), () => this.app.go({ name: "new" }), { class: "primary" });
      return replace(this.#columns, empty(t("noApplications"), h("p", {}, t("noApplicationsText")), start));
    }
    const board = arranged(this.#applications);
    const columns = COLUMNS.map((column) => this.#column(column, board.get(column.name) ?? []));
    const more = this.#nextPage ? button(t("more"), () => void this.#more(), { class: "secondary" }) : null;
    replace(this.#columns, columns, more);
  }

  #column(column: Column, applications: readonly Application[]): HTMLElement {
    const titleId = `column-${column.name}`;
    const list = h(
      "ul",
      { class: "cards" },
      applications.map((application) => this.#card(application)),
    );
    const element = h(
      "section",
      { class: `column-of-cards${applications.length ? "" : " vacant"}`, "aria-labelledby": titleId },
      h(
        "h2",
        { id: titleId, class: "label" },
        t(`column_${column.name}`),
        h("span", { class: "count" }, applications.length),
      ),
      applications.length ? list : h("p", { class: "hint" }, t(`columnEmpty_${column.name}`)),
    );
    element.addEventListener("dragover", (event) => {
      event.preventDefault();
      element.classList.add("over");
    });
    element.addEventListener("dragleave", () => element.classList.remove("over"));
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      element.classList.remove("over");
      const dropped = this.#applications.find(({ id }) => id === event.dataTransfer?.getData("text/plain"));
      if (dropped && column.target && columnOf(dropped.status) !== column)
        void this.#move(dropped, column.target);
    });
    return element;
  }

  #card(application: Application): HTMLElement {
    const { id, title, company, createTime, status } = application;
    const day = dayOf(createTime);
    const isPlain = columnOf(status).statuses.length === 1;
    const name = title || (isGenerating(application) ? t("working") : t("application"));
    const link = h(
      "a",
      {
        href: hashOf({ name: "application", id, tab: "lines" }),
        class: "card-link",
        draggable: "false",
        "aria-keyshortcuts": "Alt+ArrowRight Alt+ArrowLeft",
      },
      name,
    );
    const card = h(
      "li",
      { class: "application-card", draggable: "true" },
      h("p", { class: "strong" }, link),
      company ? h("p", {}, company) : null,
      h(
        "div",
        { class: "row" },
        h("span", { class: "hint grow" }, isPlain ? day : `${statusName(status)} · ${day}`),
        statusMenu(
          this.app,
          application,
          (moved) => this.#moved(moved),
          (error) => this.#refused(error),
          true,
        ),
      ),
      isGenerating(application)
        ? h("progress", { class: "indeterminate", "aria-label": t("working") })
        : null,
    );
    card.addEventListener("dragstart", (event) => event.dataTransfer?.setData("text/plain", id));
    link.addEventListener("keydown", (event) => {
      const step = event.altKey ? { ArrowRight: 1, ArrowLeft: -1 }[event.key] : undefined;
      if (!step) return;
      event.preventDefault();
      const target = COLUMNS[COLUMNS.indexOf(columnOf(status)) + step]?.target;
      if (target) void this.#move(application, target);
    });
    return card;
  }

  async #move(application: Application, status: Status): Promise<void> {
    try {
      const moved = await move(this.app, application, status);
      if (moved) this.#moved(moved);
    } catch (error) {
      this.#refused(error);
    }
  }

  #moved(application: Application): void {
    replace(this.#fault);
    this.#applications = this.#applications.map((one) => (one.id === application.id ? application : one));
    this.#draw();
    const href = hashOf({ name: "application", id: application.id, tab: "lines" });
    this.#columns.querySelector<HTMLElement>(`a[href="${href}"]`)?.focus();
  }

  /** Shows the service's own words, and the board as it is now. */
  #refused(error: unknown): void {
    replace(this.#fault, problem(toldOf(error)));
    void this.#load();
  }
}
