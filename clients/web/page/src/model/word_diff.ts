/** A diff of two sentences, word by word. */

export interface Words {
  kind: "same" | "removed" | "added";
  text: string;
}

const WORDS_MAX = 600;

/**
 * Compares word by word (longest common subsequence); neighbours of one kind are joined.
 * Very long texts are shown as one removal and one addition: nobody reads such a diff.
 */
export function wordDiff(before: string, after: string): Words[] {
  const [left, right] = [words(before), words(after)];
  if (left.length > WORDS_MAX || right.length > WORDS_MAX)
    return [
      { kind: "removed", text: before },
      { kind: "added", text: after },
    ];
  return joined(walk(left, right, commonLengths(left, right)));
}

/** Words, with the space after them; punctuation stands alone, so that a comma more is only a comma. */
function words(text: string): string[] {
  return text.match(/(?:[\p{L}\p{N}][\p{L}\p{N}'’.+#-]*(?<![.-])|[^\p{L}\p{N}\s])\s*/gu) ?? [];
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one?.trim() === other?.trim();
}

/** `lengths[i][j]`: how much `left` from i on and `right` from j on have in common. */
function commonLengths(left: string[], right: string[]): number[][] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      lengths[i]![j] = isSame(left[i], right[j])
        ? lengths[i + 1]![j + 1]! + 1
        : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  return lengths;
}

function walk(left: string[], right: string[], lengths: number[][]): Words[] {
  const steps: Words[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && isSame(left[i], right[j])) {
      steps.push({ kind: "same", text: right[j]! });
      i++;
      j++;
    } else if (i < left.length && (j === right.length || lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      steps.push({ kind: "removed", text: left[i++]! });
    } else steps.push({ kind: "added", text: right[j++]! });
  }
  return steps;
}

function joined(steps: Words[]): Words[] {
  const result: Words[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    if (last?.kind === step.kind) last.text += step.text;
    else result.push({ ...step });
  }
  return result;
}
