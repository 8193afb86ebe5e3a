/** The page: reads where it is, signs in, and shows the view that the address names. */
import type { App, View } from "./app.js";
import { fetchConfig } from "./config.js";
import { needsSignIn, toldOf } from "./model/told.js";
import { applyShade } from "./preferences.js";
import { hashOf, parseRoute, type Route } from "./route.js";
import { connectService } from "./service.js";
import { Session } from "./session.js";
import { drawHeader, hearShortcuts, setNotice } from "./shell.js";
import { t, useLocale } from "./texts/texts.js";
import { announce } from "./ui/announce.js";
import { h, replace } from "./ui/dom.js";
import { button, problem } from "./ui/parts.js";
import { applicationView, type ApplicationView } from "./views/application.js";
import { boardView } from "./views/board_view.js";
import { myDataView } from "./views/my_data.js";
import { newApplicationView } from "./views/new_application.js";
import { closedView, signInView } from "./views/sign_in.js";

class Page implements App {
  readonly service;
  #view: View | undefined;
  #route: Route = parseRoute(location.hash);
  /** Set while the view is one application, so that its tabs change without opening it anew. */
  #open: { id: string; view: ApplicationView } | undefined;

  constructor(readonly session: Session) {
    this.service = connectService(session);
  }

  start(): void {
    addEventListener("hashchange", () => this.#arrive());
    hearShortcuts((route) => this.go(route));
    this.redraw();
  }

  go(route: Route): void {
    if (hashOf(route) === location.hash) this.redraw();
    else location.hash = hashOf(route);
  }

  redraw(): void {
    useLocale();
    this.#view?.dispose?.();
    this.#open = undefined;
    this.#drawHeader();
    this.#show(this.#viewForNow());
  }

  tell(error: unknown): void {
    if (needsSignIn(error) && !this.session.isSignedIn) return this.redraw();
    const told = toldOf(error);
    setNotice([told.message, told.advice].filter(Boolean).join(" "));
    announce(told.message);
  }

  #arrive(): void {
    const route = parseRoute(location.hash);
    const isSame = route.name === "application" && this.#open?.id === route.id;
    this.#route = route;
    setNotice("");
    if (isSame && route.name === "application") return this.#open?.view.show(route.tab);
    this.redraw();
    scrollTo({ top: 0 });
    document.getElementById("main")?.focus({ preventScroll: true });
  }

  #viewForNow(): View {
    if (this.session.isSignedIn) return this.#build();
    return this.session.isClosed ? closedView() : signInView(this.session, () => this.redraw());
  }

  #build(): View {
    const route = this.#route;
    if (route.name === "new") return newApplicationView(this);
    if (route.name === "data") return myDataView(this);
    if (route.name === "board") return boardView(this);
    const view = applicationView(this, route.id, route.tab);
    this.#open = { id: route.id, view };
    return view;
  }

  #show(view: View): void {
    this.#view = view;
    document.title = `${view.title} · cvtailor`;
    replace(document.getElementById("main")!, view.element);
  }

  #drawHeader(): void {
    drawHeader(this.session, this.#route, {
      go: (route) => this.go(route),
      redraw: () => this.redraw(),
      signOut: () => {
        this.session.signOut();
        this.redraw();
      },
    });
  }
}

/** Says when the network or the service is away, and when it is back. */
function hearConnection(): void {
  const lost = (text: string) => {
    setNotice(text);
    announce(text);
  };
  const back = () => {
    if (document.getElementById("notice")!.hidden) return;
    setNotice("");
    announce(t("online"));
  };
  addEventListener("offline", () => lost(t("offline")));
  addEventListener("online", back);
  addEventListener("connection", (event) => {
    const state = (event as CustomEvent<"open" | "lost">).detail;
    if (state === "open") back();
    else if (navigator.onLine) lost(t("reconnecting"));
  });
}

async function main(): Promise<void> {
  applyShade();
  useLocale();
  hearConnection();
  try {
    new Page(new Session(await fetchConfig())).start();
  } catch (error) {
    console.error(error);
    const again = button(t("tryAgain"), () => location.reload(), { class: "secondary" });
    const told = { message: t("errorStart"), advice: t("adviseRetry"), fields: new Map<string, string>() };
    replace(document.getElementById("main")!, h("div", { class: "narrow" }, problem(told, again)));
  }
}

void main();
