/** One application: its run while it is at work, then what came of it. */
import type { Application } from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { App, View } from "../app.js";
import { isGenerating } from "../model/board.js";
import { newRun, withEvent, withPlace, type RunState } from "../model/run_state.js";
import { adviceOf, toldOf } from "../model/told.js";
import type { Tab } from "../route.js";
import { t } from "../texts/texts.js";
import { announce } from "../ui/announce.js";
import { h, replace } from "../ui/dom.js";
import { button, problem, skeleton } from "../ui/parts.js";
import { Documents } from "./documents.js";
import { liveRun, stepList, type LiveRun } from "./live_run.js";
import { Result } from "./result.js";

export interface ApplicationView extends View {
  /** Shows another part of the same application. */
  show(tab: Tab): void;
}

/** Opens an application and follows its run, from wherever it stands. */
export function applicationView(app: App, id: string, tab: Tab): ApplicationView {
  const page = new ApplicationPage(app, id, tab);
  page.open();
  return page;
}

class ApplicationPage implements ApplicationView {
  readonly element = h(
    "div",
    { class: "application" },
    h("h1", {}, t("application")),
    h("section", { class: "card" }, skeleton(8)),
  );
  readonly title = t("application");
  readonly #documents: Documents;
  #ended = new AbortController();
  #run: RunState;
  #live: LiveRun | undefined;
  #result: Result | undefined;
  #isDrawing = false;

  constructor(
    private readonly app: App,
    private readonly id: string,
    private tab: Tab,
  ) {
    this.#documents = new Documents(app, id);
    this.#run = newRun(id);
  }

  open(): void {
    const { signal } = this.#ended;
    this.app.service.get(this.id, { signal }).then(
      (application) => this.#opened(application),
      (error: unknown) => signal.aborted || this.#failed(error),
    );
    void this.#follow();
  }

  show(tab: Tab): void {
    this.tab = tab;
    this.#result?.show(tab);
  }

  dispose(): void {
    this.#ended.abort();
    this.#documents.dispose();
    this.#result?.dispose();
  }

  #opened(application: Application): void {
    if (isGenerating(application)) this.#showRun();
    else this.#showResult(application);
  }

  /** Takes in the run's events until its last one; the client reconnects by itself. */
  async #follow(): Promise<void> {
    const { signal } = this.#ended;
    try {
      const onConnection = ({ state }: { state: "open" | "lost" }) =>
        dispatchEvent(new CustomEvent("connection", { detail: state }));
      const onWaiting = (place: number) => {
        this.#run = withPlace(this.#run, place);
        this.#draw();
      };
      for await (const event of this.app.service.watch(this.id, { signal, onConnection, onWaiting })) {
        this.#run = withEvent(this.#run, event);
        this.#draw();
      }
      if (this.#live) await this.#finish();
      else this.#result?.told(this.#run);
    } catch (error) {
      if (signal.aborted) return;
      if (this.#live) this.#failed(error);
      else this.#result?.told({ ...this.#run, end: this.#run.end ?? { kind: "cancelled" } });
    }
  }

  /** Draws once a frame, however many events came. */
  #draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.#live?.update(this.#run);
    });
  }

  #showRun(): void {
    this.#result?.dispose();
    this.#result = undefined;
    this.#live = liveRun(this.app, this.id);
    replace(this.element, this.#live.element);
    this.#live.update(this.#run);
  }

  async #finish(): Promise<void> {
    const application = await this.app.service.get(this.id, { signal: this.#ended.signal });
    const end = this.#run.end;
    announce(
      end?.kind === "completed"
        ? t("runCompleted")
        : end?.kind === "failed"
          ? t("runFailed")
          : t("runCancelled"),
    );
    this.#live = undefined;
    this.#showResult(application);
  }

  #showResult(application: Application): void {
    this.#documents.of(application);
    if (!application.cvVersion && !application.documents.length) return this.#showEnd(application);
    this.#result?.dispose();
    this.#result = new Result(this.app, application, this.#run, this.#documents, this.tab, () =>
      this.#revised(),
    );
    replace(this.element, this.#result.element);
  }

  /** A run that made nothing: why, and what to do. */
  #showEnd(application: Application): void {
    const { failure } = application;
    const told = failure
      ? { message: failure.message, advice: adviceOf(failure.reason), fields: new Map<string, string>() }
      : { message: t("nothingMade"), advice: "", fields: new Map<string, string>() };
    const again = button(t("newApplication"), () => this.app.go({ name: "new" }), { class: "primary" });
    replace(
      this.element,
      h("header", { class: "run-head" }, h("h1", {}, application.title || t("application"))),
      problem(told, again),
      this.#run.steps.length
        ? h("section", { class: "card steps-card" }, h("h2", {}, t("steps")), stepList(this.#run))
        : null,
    );
  }

  /** Follows the run that a revision has begun. */
  #revised(): void {
    this.#ended.abort();
    this.#ended = new AbortController();
    this.#run = newRun(this.id);
    this.#showRun();
    void this.#follow();
    scrollTo({ top: 0 });
  }

  #failed(error: unknown): void {
    const retry = button(t("tryAgain"), () => this.app.redraw(), { class: "secondary" });
    replace(this.element, problem(toldOf(error), retry));
    // If it was the network, its return is the time to try again.
    addEventListener("online", () => this.app.redraw(), { once: true, signal: this.#ended.signal });
  }
}
