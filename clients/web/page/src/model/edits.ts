/** What a person has decided about lines and not sent yet. */
import { create } from "@bufbuild/protobuf";
import { Edit_Kind, EditSchema, type Edit } from "../../../src/gen/cvtailor/v1/cv_generator_pb.js";

/** The most edits that one revision takes. */
export const EDITS_MAX = 500;

/** Decisions by line of the base CV; the last one about a line counts. */
export class PendingEdits {
  readonly #kinds = new Map<string, Edit_Kind>();

  get size(): number {
    return this.#kinds.size;
  }

  /** Decides, or takes the same decision back. */
  toggle(targets: readonly string[], kind: Edit_Kind): void {
    const isBack = targets.every((target) => this.#kinds.get(target) === kind);
    for (const target of targets)
      if (isBack) this.#kinds.delete(target);
      else if (this.#kinds.has(target) || this.#kinds.size < EDITS_MAX) this.#kinds.set(target, kind);
  }

  /** What is decided about lines, if the same for all of them. */
  kindOf(targets: readonly string[]): Edit_Kind | undefined {
    const first = this.#kinds.get(targets[0] ?? "");
    return targets.every((target) => this.#kinds.get(target) === first) ? first : undefined;
  }

  clear(): void {
    this.#kinds.clear();
  }

  /** As the contract has them. */
  list(): Edit[] {
    return Array.from(this.#kinds, ([target, kind]) => create(EditSchema, { target, kind }));
  }
}
