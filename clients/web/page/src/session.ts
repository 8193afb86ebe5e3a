/** Who is signed in: by Supabase Auth over plain HTTP, or with the token of this machine. */
import { fetchConfig, type PageConfig } from "./config.js";

const STORED = "cvtailor-session";
/** A token that has less left than this is refreshed before it is used. */
const REFRESH_BEFORE_SECONDS = 60;

/** What is kept between visits, as supabase-js would. */
interface StoredSession {
  accessToken: string;
  refreshToken: string;
}

/** Supabase Auth said no; the message is its own. */
export class SignInRefused extends Error {}

export class Session {
  #config: PageConfig;
  #stored: StoredSession | undefined;

  constructor(config: PageConfig) {
    this.#config = config;
    this.#stored = config.devToken ? undefined : readStored();
  }

  /** Whether anybody has to sign in here at all. */
  get isLocal(): boolean {
    return this.#config.devToken !== "";
  }

  /** Whether there is nowhere to sign in: the page of a local service, opened without its link. */
  get isClosed(): boolean {
    return !this.isLocal && this.#config.supabaseUrl === "";
  }

  get isSignedIn(): boolean {
    return this.isLocal || this.#stored !== undefined;
  }

  /** Whose session it is; empty fields if nobody's. */
  get user(): { id: string; email: string } {
    const claims = claimsOf(this.#config.devToken || (this.#stored?.accessToken ?? ""));
    return { id: textOf(claims["sub"]), email: this.isLocal ? "" : textOf(claims["email"]) };
  }

  /** Signs in with e-mail and password. Raises SignInRefused. */
  async signIn(email: string, password: string): Promise<void> {
    this.#keep(await this.#ask("password", { email, password }));
  }

  /** Forgets the session here and, if it can be reached, at Supabase Auth. */
  signOut(): void {
    const token = this.#stored?.accessToken;
    this.#stored = undefined;
    localStorage.removeItem(STORED);
    if (token)
      void fetch(`${this.#config.supabaseUrl}/auth/v1/logout?scope=local`, {
        method: "POST",
        headers: { apikey: this.#config.supabasePublishableKey, authorization: `Bearer ${token}` },
      }).catch(() => undefined);
  }

  /**
   * Returns a token that is good for a while; one tab at a time refreshes it, since a refresh token works once.
   *
   * @param refused A token that the service has just refused.
   */
  async token(refused = ""): Promise<string> {
    if (this.isLocal) {
      const isStale =
        refused === this.#config.devToken || secondsLeft(this.#config.devToken) < REFRESH_BEFORE_SECONDS;
      if (isStale) this.#config = await fetchConfig();
      return this.#config.devToken;
    }
    const used = this.#stored?.accessToken ?? "";
    if (used !== refused && secondsLeft(used) > REFRESH_BEFORE_SECONDS) return used;
    return locked(async () => {
      this.#stored = readStored();
      const stored = this.#stored;
      if (!stored) return "";
      if (stored.accessToken !== used && secondsLeft(stored.accessToken) > 0) return stored.accessToken;
      const fresh = await this.#ask("refresh_token", { refresh_token: stored.refreshToken });
      this.#keep(fresh);
      return fresh.accessToken;
    });
  }

  async #ask(grant: string, body: Record<string, string>): Promise<StoredSession> {
    const response = await fetch(`${this.#config.supabaseUrl}/auth/v1/token?grant_type=${grant}`, {
      method: "POST",
      headers: { apikey: this.#config.supabasePublishableKey, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    if (!response.ok) {
      if (grant === "refresh_token" && response.status < 500) this.signOut();
      throw new SignInRefused(
        textOf(answer["msg"]) || textOf(answer["error_description"]) || `HTTP ${response.status}`,
      );
    }
    return { accessToken: textOf(answer["access_token"]), refreshToken: textOf(answer["refresh_token"]) };
  }

  #keep(session: StoredSession): void {
    this.#stored = session;
    localStorage.setItem(STORED, JSON.stringify(session));
  }
}

/** The claims of a token, unverified: for display, and to know when to refresh. */
export function claimsOf(token: string): Record<string, unknown> {
  try {
    const payload = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function secondsLeft(token: string): number {
  const expiry = claimsOf(token)["exp"];
  return typeof expiry === "number" ? expiry - Date.now() / 1000 : 0;
}

function readStored(): StoredSession | undefined {
  try {
    const value = JSON.parse(localStorage.getItem(STORED) ?? "null") as Partial<StoredSession> | null;
    return value?.accessToken && value.refreshToken ? (value as StoredSession) : undefined;
  } catch {
    return undefined;
  }
}

function locked<Value>(work: () => Promise<Value>): Promise<Value> {
  return "locks" in navigator ? navigator.locks.request(STORED, work) : work();
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
