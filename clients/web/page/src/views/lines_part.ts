/** The tailored CV beside the base CV: hovering a line shows what it rests on; each line can be decided about. */
import { LineFate, type Application, type LineChange } from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { App } from "../app.js";
import { isSealed } from "../model/board.js";
import { PendingEdits } from "../model/edits.js";
import { fateCounts } from "../model/line_changes.js";
import { toldOf } from "../model/told.js";
import { counted, t, type TextKey } from "../texts/texts.js";
import { h, replace } from "../ui/dom.js";
import { empty, problem, select, skeleton } from "../ui/parts.js";
import { EvidenceBoard } from "./evidence_board.js";
import { ReviseBar } from "./revise_bar.js";

const FATES: readonly (readonly [LineFate, string, TextKey])[] = [
  [LineFate.KEPT, "kept", "fateKept"],
  [LineFate.REWORDED, "reworded", "fateReworded"],
  [LineFate.COMPOSED, "composed", "fateComposed"],
  [LineFate.ADDED, "added", "fateAdded"],
  [LineFate.LEFT_OUT, "left", "fateLeft"],
];

export class LinesPart {
  readonly element = h("div", { class: "lines-part" });
  readonly #edits = new PendingEdits();
  readonly #body = h("div", {});
  readonly #ended = new AbortController();
  #board: EvidenceBoard | undefined;
  /** Version that the shown one is compared with; 0 is the base CV. */
  #from = 0;

  constructor(
    private readonly app: App,
    private readonly application: Application,
    private readonly version: number,
    private readonly revised: () => void,
  ) {
    this.element.append(this.#body);
    this.#draw();
  }

  dispose(): void {
    this.#ended.abort();
    this.#board?.dispose();
  }

  #draw(): void {
    const { cvVersion, provenance } = this.application;
    if (this.#from === 0 && this.version === cvVersion) return this.#show(provenance?.changes ?? []);
    replace(this.#body, h("section", { class: "card" }, skeleton(10)));
    const { signal } = this.#ended;
    this.app.service
      .compare(this.application.id, { fromVersion: this.#from, toVersion: this.version }, { signal })
      .then(
        ({ changes }) => this.#show(changes),
        (error: unknown) =>
          signal.aborted || replace(this.#body, this.#compareSelect(), problem(toldOf(error))),
      );
  }

  #show(changes: readonly LineChange[]): void {
    if (!changes.length) return replace(this.#body, empty(t("noLines"), h("p", {}, t("noLinesText"))));
    const { cvVersion } = this.application;
    const isEditable = this.#from === 0 && this.version === cvVersion && !isSealed(this.application);
    const bar = isEditable
      ? new ReviseBar(this.app, this.application, this.#edits, this.revised, () => this.#board?.refresh())
      : undefined;
    this.#board?.dispose();
    this.#board = new EvidenceBoard(changes, {
      hasBase: this.#from === 0,
      edits: isEditable ? this.#edits : undefined,
      canRelease: cvVersion > 1,
      changed: () => bar?.refresh(),
    });
    replace(this.#body, this.#summary(changes), this.#board.element, bar?.element);
  }

  #summary(changes: readonly LineChange[]): HTMLElement {
    const counts = fateCounts(changes);
    const printed = changes.length - (counts.get(LineFate.LEFT_OUT) ?? 0);
    const chips = FATES.filter(([fate]) => counts.has(fate)).map(([fate, name, key]) =>
      h(
        "li",
        { class: `fate fate-${name}` },
        h("span", { class: "fate-mark" }),
        `${counts.get(fate)} ${t(key)}`,
      ),
    );
    const sentence =
      this.#from === 0
        ? counted("printedLines", printed)
        : t("comparedWith", { from: this.#from, to: this.version });
    return h(
      "div",
      { class: "summary" },
      h("div", { class: "grow" }, h("p", { class: "strong" }, sentence), h("ul", { class: "fates" }, chips)),
      this.#compareSelect(),
    );
  }

  #compareSelect(): HTMLElement | null {
    const { versions } = this.application;
    if (this.application.cvVersion < 2) return null;
    const others = versions.map(({ version }) => version).filter((version) => version !== this.version);
    const choices = [
      ["0", t("baseCv")] as const,
      ...others.map((one) => [String(one), t("version", { number: one })] as const),
    ];
    const choose = select("compare", choices, String(this.#from), (value) => {
      this.#from = Number(value);
      this.#draw();
    });
    return h("div", { class: "field inline" }, h("label", { for: "compare" }, t("compareWith")), choose);
  }
}
