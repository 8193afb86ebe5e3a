/** What a person chose about the page itself; kept in this browser. */

export type Shade = "system" | "light" | "dark";

const SHADE = "cvtailor-shade";
const SHADES: readonly Shade[] = ["system", "light", "dark"];

/** Light or dark, as chosen; unchosen: as the system has it. */
export function shade(): Shade {
  const stored = localStorage.getItem(SHADE);
  return SHADES.find((one) => one === stored) ?? "system";
}

/** Applies the choice, and keeps it. */
export function chooseShade(value: Shade): void {
  localStorage.setItem(SHADE, value);
  applyShade();
}

/** Applies what was chosen before. */
export function applyShade(): void {
  const value = shade();
  if (value === "system") delete document.documentElement.dataset["shade"];
  else document.documentElement.dataset["shade"] = value;
}

/** The choice after this one. */
export function nextShade(value: Shade): Shade {
  return SHADES[(SHADES.indexOf(value) + 1) % SHADES.length]!;
}
