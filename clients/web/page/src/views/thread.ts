/** The stitch from a line to what it rests on; redrawn while the page moves under it. */
import { setAttribute } from "../ui/dom.js";
import { svgElement } from "../ui/icons.js";

export class Thread {
  readonly element = svgElement("svg", { class: "thread", "aria-hidden": "true" });
  #from: Element | undefined;
  #to: readonly Element[] = [];
  #isDrawing = false;

  /**
   * @param around What both ends are in.
   * @param panel The scrolling part that holds the far ends.
   */
  constructor(
    private readonly around: Element,
    private readonly panel: HTMLElement,
    signal: AbortSignal,
  ) {
    const draw = () => this.#later();
    addEventListener("scroll", draw, { signal, passive: true });
    addEventListener("resize", draw, { signal, passive: true });
    panel.addEventListener("scroll", draw, { signal, passive: true });
  }

  /** Sews a line to others; without ends, the thread is taken out. */
  sew(from: Element | undefined, to: readonly Element[], isFollowed = true): void {
    this.#from = from;
    this.#to = to;
    if (isFollowed) this.#reveal();
    this.#later();
  }

  /** Scrolls the panel, and only the panel, until the first end is seen. */
  #reveal(): void {
    const end = this.#to[0];
    if (!end || !this.panel.offsetParent) return;
    const [inner, outer] = [end.getBoundingClientRect(), this.panel.getBoundingClientRect()];
    if (inner.top >= outer.top && inner.bottom <= outer.bottom) return;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = this.panel.scrollTop + inner.top - outer.top - outer.height / 3;
    this.panel.scrollTo({ top, behavior: isCalm ? "auto" : "smooth" });
  }

  #later(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.#draw();
    });
  }

  #draw(): void {
    const from = this.#from;
    this.element.replaceChildren();
    if (!from || !this.panel.offsetParent) return;
    const around = this.around.getBoundingClientRect();
    const panel = this.panel.getBoundingClientRect();
    setAttribute(this.element, "width", Math.round(around.width));
    setAttribute(this.element, "height", Math.round(around.height));
    const start = from.getBoundingClientRect();
    const [startX, startY] = [start.right - around.left, start.top + start.height / 2 - around.top];
    for (const end of this.#to) {
      const there = end.getBoundingClientRect();
      const y = there.top + there.height / 2;
      if (y < panel.top || y > panel.bottom) continue;
      const [endX, endY] = [there.left - around.left, y - around.top];
      const middle = (startX + endX) / 2;
      const d = `M${startX} ${startY}C${middle} ${startY} ${middle} ${endY} ${endX} ${endY}`;
      this.element.append(svgElement("path", { d }));
    }
  }
}
