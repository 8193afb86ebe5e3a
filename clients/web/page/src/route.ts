/** The address of a view, kept in the fragment: a reload comes back to it, and the server never sees it. */

export type Tab = "lines" | "pages" | "match" | "letter" | "todo" | "story";

export const TABS: readonly Tab[] = ["lines", "pages", "match", "letter", "todo", "story"];

export type Route =
  { name: "board" } | { name: "new" } | { name: "data" } | { name: "application"; id: string; tab: Tab };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads an address; one that leads nowhere leads to the board. */
export function parseRoute(hash: string): Route {
  const [, first = "", id = "", tab = ""] = hash.split("/");
  if (first === "new") return { name: "new" };
  if (first === "data") return { name: "data" };
  if (first === "a" && UUID.test(id))
    return { name: "application", id, tab: TABS.find((one) => one === tab) ?? "lines" };
  return { name: "board" };
}

/** Writes an address. */
export function hashOf(route: Route): string {
  if (route.name === "board") return "#/";
  if (route.name !== "application") return `#/${route.name}`;
  return route.tab === "lines" ? `#/a/${route.id}` : `#/a/${route.id}/${route.tab}`;
}
