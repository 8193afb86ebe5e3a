/** One line of the tailored CV: its words, what became of it, what it rests on, what can be decided. */
import { LineFate, type LineChange } from "../../../src/gen/cvtailor/v1/application_pb.js";
import { Edit_Kind as Kind } from "../../../src/gen/cvtailor/v1/cv_generator_pb.js";
import { wordDiff } from "../model/word_diff.js";
import { t, type TextKey } from "../texts/texts.js";
import { h, replace } from "../ui/dom.js";
import { icon, type IconName } from "../ui/icons.js";
import type { BoardOptions } from "./evidence_board.js";
import { cited } from "./requirements.js";

interface Heard {
  hovered: () => void;
  focused: () => void;
  chosen: () => void;
  decided: () => void;
}

interface Decision {
  kind: Kind;
  key: string;
  icon: IconName;
  label: TextKey;
  told: TextKey;
}

const DECISIONS: readonly Decision[] = [
  { kind: Kind.KEEP, key: "a", icon: "accept", label: "accept", told: "willKeep" },
  { kind: Kind.REVERT, key: "r", icon: "revert", label: "revert", told: "willRevert" },
  { kind: Kind.PIN, key: "p", icon: "pin", label: "pin", told: "willPin" },
  { kind: Kind.HIDE, key: "h", icon: "hide", label: "hide", told: "willHide" },
  { kind: Kind.RELEASE, key: "u", icon: "close", label: "release", told: "willRelease" },
];

const FATE_NAMES: Partial<Record<LineFate, readonly [string, TextKey]>> = {
  [LineFate.KEPT]: ["kept", "fateKept"],
  [LineFate.REWORDED]: ["reworded", "fateReworded"],
  [LineFate.COMPOSED]: ["composed", "fateComposed"],
  [LineFate.LEFT_OUT]: ["left", "fateLeft"],
  [LineFate.ADDED]: ["added", "fateAdded"],
};

let count = 0;

export class PrintedLine {
  readonly element: HTMLElement;
  readonly #text: HTMLButtonElement;
  readonly #told = h("span", { class: "told" });
  readonly #actions: [Decision, HTMLButtonElement][];

  constructor(
    readonly change: LineChange,
    texts: ReadonlyMap<string, string>,
    private readonly options: BoardOptions,
    private readonly heard: Heard,
  ) {
    const id = `line-${count++}`;
    const [fate, fateKey] = FATE_NAMES[change.fate] ?? ["kept", "fateKept"];
    this.#text = h("button", {
      type: "button",
      class: "line-text",
      tabindex: -1,
      "aria-expanded": "false",
      "aria-controls": `${id}-evidence`,
      on: { click: heard.chosen, focus: heard.focused },
    });
    this.#actions = this.#offered().map((decision) => [decision, this.#actionButton(decision)]);
    const evidence = h(
      "ul",
      { class: "evidence" },
      change.evidenceIds.map((one) => cited(one, texts)),
    );
    this.element = h(
      "li",
      { class: `line fate-${fate}`, on: { pointerenter: heard.hovered } },
      h("span", { class: "fate-mark", title: t(fateKey) }),
      this.#text,
      this.#told,
      this.#actions.length
        ? h(
            "div",
            { class: "line-actions", role: "group", "aria-label": t("decide") },
            this.#actions.map(([, one]) => one),
          )
        : null,
      h(
        "div",
        { class: "line-evidence", id: `${id}-evidence` },
        h("p", { class: "hint" }, t("restsOn")),
        evidence,
      ),
    );
    this.refresh();
  }

  set isMarked(value: boolean) {
    this.element.classList.toggle("marked", value);
  }

  set isOpen(value: boolean) {
    this.element.classList.toggle("open", value);
    this.#text.setAttribute("aria-expanded", String(value));
  }

  set isTabStop(value: boolean) {
    this.element.classList.toggle("current", value);
    this.#text.tabIndex = value ? 0 : -1;
    for (const [, one] of this.#actions) one.tabIndex = value ? 0 : -1;
  }

  /** Takes a decision by its letter; says if there was one. */
  decideByKey(key: string): boolean {
    const found = this.#actions.find(([decision]) => decision.key === key);
    found?.[1].click();
    return found !== undefined;
  }

  /** Draws what is decided. */
  refresh(): void {
    const decided = this.options.edits?.kindOf(this.change.evidenceIds);
    for (const [{ kind }, one] of this.#actions) one.setAttribute("aria-pressed", String(kind === decided));
    const decision = DECISIONS.find(({ kind }) => kind === decided);
    this.#told.textContent = decision ? t(decision.told) : "";
    this.element.classList.toggle("decided", decision !== undefined);
    this.element.classList.toggle("hiding", decided === Kind.HIDE);
    replace(this.#text, decided === Kind.REVERT ? this.change.before : this.#words());
  }

  /** Which decisions make sense for the line. */
  #offered(): Decision[] {
    const { edits, canRelease } = this.options;
    const { fate, evidenceIds } = this.change;
    if (!edits || !evidenceIds.length) return [];
    const isWorded = fate === LineFate.REWORDED || fate === LineFate.COMPOSED;
    const isLeft = fate === LineFate.LEFT_OUT;
    return DECISIONS.filter(({ kind }) => {
      if (kind === Kind.KEEP || kind === Kind.REVERT) return isWorded;
      if (kind === Kind.HIDE) return !isLeft;
      return kind === Kind.PIN || canRelease;
    });
  }

  #actionButton({ kind, icon: name, label, key }: Decision): HTMLButtonElement {
    const decide = () => {
      this.options.edits?.toggle(this.change.evidenceIds, kind);
      this.heard.decided();
    };
    return h(
      "button",
      {
        type: "button",
        class: "small quiet",
        tabindex: -1,
        "aria-pressed": "false",
        "aria-keyshortcuts": key,
        on: { click: decide },
      },
      icon(name),
      t(label),
    );
  }

  #words(): (string | HTMLElement)[] {
    const { fate, before, after } = this.change;
    if (fate === LineFate.LEFT_OUT) return [h("span", { class: "gone" }, before)];
    if (fate === LineFate.ADDED) return [h("ins", {}, after)];
    if (fate !== LineFate.REWORDED) return [after];
    return wordDiff(before, after).map(({ kind, text }) =>
      kind === "same" ? text : kind === "added" ? h("ins", {}, text) : h("del", {}, text),
    );
  }
}
