/** Tells screen readers what changed: politely, and not every small step. */

const QUIET_MS = 900;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says a sentence once the page has been quiet for a moment; of several in a row, the last one. */
export function announce(sentence: string): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const region = document.getElementById("polite");
    if (region) region.textContent = sentence;
  }, QUIET_MS);
}
