/** Design, pages, language and tone of an application, remembered here: the service doesn't tell them. */

export interface ChosenOptions {
  theme: number;
  pageLimit: number;
  languageCode: string;
  tone: number;
  interactive: boolean;
}

const DEFAULTS: ChosenOptions = { theme: 0, pageLimit: 0, languageCode: "", tone: 0, interactive: false };
const REMEMBERED = "cvtailor-options";
const APPLICATIONS_MAX = 100;

/** Keeps what was chosen for an application; of the oldest, the memory goes. */
export function rememberOptions(applicationId: string, chosen: ChosenOptions): void {
  const { theme, pageLimit, languageCode, tone, interactive } = chosen;
  const others = remembered().filter(([id]) => id !== applicationId);
  const all = [...others, [applicationId, { theme, pageLimit, languageCode, tone, interactive }]];
  localStorage.setItem(REMEMBERED, JSON.stringify(all.slice(-APPLICATIONS_MAX)));
}

/** What was chosen for an application; the defaults if it was not here. */
export function optionsOf(applicationId: string): ChosenOptions {
  return { ...DEFAULTS, ...remembered().find(([id]) => id === applicationId)?.[1] };
}

function remembered(): [string, ChosenOptions][] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? "[]");
    return Array.isArray(value) ? (value as [string, ChosenOptions][]) : [];
  } catch {
    return [];
  }
}
