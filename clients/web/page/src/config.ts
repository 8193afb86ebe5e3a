/** What the gateway tells the page about where it is. */

export interface PageConfig {
  /** Set together: people sign in with Supabase Auth. */
  supabaseUrl: string;
  supabasePublishableKey: string;
  /** Set in embedded mode: the token of this machine's user. */
  devToken: string;
}

/** Fetches `/config.json` from the gateway. */
export async function fetchConfig(): Promise<PageConfig> {
  const response = await fetch("/config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return parseConfig(await response.json());
}

/** Reads the configuration; what is missing or no text is empty. */
export function parseConfig(value: unknown): PageConfig {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : "");
  return {
    supabaseUrl: text("supabaseUrl").replace(/\/+$/, ""),
    supabasePublishableKey: text("supabasePublishableKey"),
    devToken: text("devToken"),
  };
}
