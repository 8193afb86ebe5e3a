/** Two columns, sewn together: the lines of the tailored CV and the lines of the base CV they rest on. */
import { LineFate, type LineChange } from "../../../src/gen/cvtailor/v1/application_pb.js";
import { Edit_Kind as Kind } from "../../../src/gen/cvtailor/v1/cv_generator_pb.js";
import type { PendingEdits } from "../model/edits.js";
import {
  baseSections,
  entryNames,
  entryOf,
  evidenceTexts,
  leftOutIds,
  tailoredSections,
  type BaseLine,
} from "../model/line_changes.js";
import { t } from "../texts/texts.js";
import { h } from "../ui/dom.js";
import { moveFocus } from "../ui/menu.js";
import { button } from "../ui/parts.js";
import { PrintedLine } from "./printed_line.js";
import { sectionLabel } from "./line_label.js";
import { Thread } from "./thread.js";

export interface BoardOptions {
  /** Whether the lines are compared with the base CV, so that it is shown beside them. */
  hasBase: boolean;
  /** Where decisions go; undefined: nothing can be decided. */
  edits?: PendingEdits | undefined;
  /** Whether there may be earlier decisions to forget. */
  canRelease: boolean;
  changed: () => void;
}

export class EvidenceBoard {
  readonly element = h("div", { class: "board-of-lines" });
  readonly #texts: ReadonlyMap<string, string>;
  readonly #printed: PrintedLine[] = [];
  readonly #base = new Map<string, HTMLElement>();
  readonly #basePanel = h("div", {
    class: "base-scroll",
    tabindex: 0,
    role: "region",
    "aria-label": t("yourCv"),
  });
  readonly #thread: Thread;
  readonly #ended = new AbortController();
  /** The line that stays marked when the pointer leaves. */
  #selected: PrintedLine | undefined;

  constructor(
    changes: readonly LineChange[],
    private readonly options: BoardOptions,
  ) {
    this.#texts = evidenceTexts(changes);
    this.#thread = new Thread(this.element, this.#basePanel, this.#ended.signal);
    const tailored = this.#tailoredColumn(changes);
    this.element.append(tailored, this.#thread.element);
    if (options.hasBase) {
      this.element.append(this.#baseColumn(changes));
      this.element.classList.add("with-base");
    }
  }

  /** Draws anew what is decided about the lines. */
  refresh(): void {
    for (const line of this.#printed) line.refresh();
    for (const [id, element] of this.#base) {
      const isPinned = this.options.edits?.kindOf([id]) === Kind.PIN;
      element.classList.toggle("pinned", isPinned);
      element.querySelector("button")?.setAttribute("aria-pressed", String(isPinned));
    }
  }

  dispose(): void {
    this.#ended.abort();
  }

  #tailoredColumn(changes: readonly LineChange[]): HTMLElement {
    const sections = tailoredSections(changes).map(({ name, lines }) =>
      h(
        "section",
        {},
        h("h3", { class: "label" }, sectionLabel(name)),
        h(
          "ol",
          { class: "lines" },
          apart(lines.map((line) => [entryOf(line.claimId), this.#line(line), line.entry])),
        ),
      ),
    );
    const gone = changes.filter(({ fate }) => fate === LineFate.LEFT_OUT);
    const left = h(
      "section",
      { class: this.options.hasBase ? "left-out narrow-only" : "left-out" },
      h("h3", { class: "label" }, t("leftOut")),
      h(
        "ol",
        { class: "lines" },
        gone.map((line) => this.#line(line)),
      ),
    );
    const title = h("h2", {}, t("tailoredCv"));
    const column = h("div", { class: "column tailored" }, title, sections, gone.length ? left : null);
    column.addEventListener("keydown", (event) => this.#key(event));
    column.addEventListener("pointerleave", () => this.#mark(this.#selected));
    const first = this.#printed[0];
    if (first) first.isTabStop = true;
    return column;
  }

  #line(change: LineChange): HTMLElement {
    const line = new PrintedLine(change, this.#texts, this.options, {
      hovered: () => this.#mark(line),
      focused: () => this.#focus(line),
      chosen: () => this.#choose(line),
      decided: () => (this.refresh(), this.options.changed()),
    });
    this.#printed.push(line);
    return line.element;
  }

  #baseColumn(changes: readonly LineChange[]): HTMLElement {
    const left = leftOutIds(changes);
    const names = entryNames(changes);
    const told = (line: BaseLine): EntryLine => {
      const entry = entryOf(line.id);
      return [entry, this.#baseLine(line, left.has(line.id)), names.get(entry) ?? ""];
    };
    const sections = baseSections(changes).map(({ name, lines }) =>
      h("section", {}, h("h3", { class: "label" }, sectionLabel(name)), h("ul", {}, apart(lines.map(told)))),
    );
    this.#basePanel.append(...sections);
    this.#basePanel.addEventListener("pointerleave", () => this.#mark(this.#selected));
    return h("div", { class: "column base" }, h("h2", {}, t("yourCv")), this.#basePanel);
  }

  #baseLine({ id, text }: BaseLine, isLeft: boolean): HTMLElement {
    const { edits, changed } = this.options;
    const pin = () => {
      edits?.toggle([id], Kind.PIN);
      this.refresh();
      changed();
    };
    const element = h(
      "li",
      { class: isLeft ? "base-line left" : "base-line", on: { pointerenter: () => this.#markBase(id) } },
      h("span", {}, text),
      isLeft && edits ? button(t("printIt"), pin, { class: "small quiet", icon: "pin" }) : null,
    );
    this.#base.set(id, element);
    return element;
  }

  /** Marks a line and what it rests on, and sews them together. */
  #mark(line: PrintedLine | undefined): void {
    for (const one of this.#printed) one.isMarked = one === line;
    const cited = new Set(line?.change.evidenceIds);
    for (const [id, element] of this.#base) element.classList.toggle("marked", cited.has(id));
    const ends = Array.from(cited, (id) => this.#base.get(id)).filter((end) => end !== undefined);
    this.#thread.sew(line?.element, ends);
  }

  /** The other way: marks the printed lines that rest on a line of the base CV. */
  #markBase(id: string): void {
    const resting = this.#printed.filter(({ change }) => change.evidenceIds.includes(id));
    for (const one of this.#printed) one.isMarked = resting.includes(one);
    for (const [other, element] of this.#base) element.classList.toggle("marked", other === id);
    const end = this.#base.get(id);
    const shown = resting.find(({ change }) => change.fate !== LineFate.LEFT_OUT);
    this.#thread.sew(shown?.element, end ? [end] : [], false);
  }

  #focus(line: PrintedLine): void {
    for (const one of this.#printed) one.isTabStop = one === line;
    this.#mark(line);
  }

  #choose(line: PrintedLine): void {
    this.#selected = this.#selected === line ? undefined : line;
    for (const one of this.#printed) one.isOpen = one === this.#selected;
    this.#mark(line);
  }

  #key(event: KeyboardEvent): void {
    if (!(event.target instanceof HTMLElement)) return;
    const line = this.#printed.find(({ element }) => element.contains(event.target as Node));
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const isMoved =
      event.target.matches(".line-text") &&
      moveFocus(event.currentTarget as Element, event.key, ".line-text");
    if (isMoved || (isPlain && line?.decideByKey(event.key))) event.preventDefault();
  }
}

type EntryLine = [entry: string, element: HTMLElement, name: string];

/** Sets the lines of one job or degree apart from those of the next, each under its name. */
function apart(lines: EntryLine[]): HTMLElement[] {
  const isNext = (index: number) => lines[index - 1]?.[0] !== lines[index]?.[0];
  const hasSeveral = lines.some((_, index) => !isNext(index));
  return lines.flatMap(([, element, name], index) => {
    const first = name && isNext(index) ? h("li", { class: "entry-name" }, name) : undefined;
    (first ?? element).classList.toggle("next-entry", hasSeveral && index > 0 && isNext(index));
    return first ? [first, element] : [element];
  });
}
