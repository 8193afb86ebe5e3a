/** Signing in with Supabase Auth. */
import type { View } from "../app.js";
import { SignInRefused, type Session } from "../session.js";
import { t } from "../texts/texts.js";
import { h } from "../ui/dom.js";
import { button, empty, field, stitches } from "../ui/parts.js";

/** Says how to open the page of a local service: with the link that it printed. */
export function closedView(): View {
  const element = empty(
    t("closedTitle"),
    h("p", {}, t("closedText")),
    h("p", {}, h("kbd", {}, "cvtailor serve --web")),
  );
  return { element, title: t("signIn") };
}

/** Builds the form; `done` is called once somebody is signed in. */
export function signInView(session: Session, done: () => void): View {
  const email = h("input", { id: "email", type: "email", autocomplete: "username", required: true });
  const password = h("input", {
    id: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const fault = h("p", { class: "fault", role: "alert" });
  const submit = button(t("signIn"), () => undefined, { class: "primary" });
  submit.type = "submit";

  async function enter(event: Event): Promise<void> {
    event.preventDefault();
    fault.textContent = "";
    submit.disabled = true;
    try {
      await session.signIn(email.value.trim(), password.value);
      done();
    } catch (error) {
      fault.textContent = error instanceof SignInRefused ? error.message : t("errorOffline");
      submit.disabled = false;
      password.focus();
    }
  }

  const form = h(
    "form",
    { class: "card sign-in", on: { submit: (event) => void enter(event) } },
    h("h1", {}, t("signIn")),
    h("p", { class: "lead" }, t("promise")),
    stitches(),
    field(t("email"), email),
    field(t("password"), password),
    fault,
    h("div", { class: "row end" }, submit),
  );
  return { element: form, title: t("signIn") };
}
