/** What every view is given. */
import type { Service } from "./service.js";
import type { Session } from "./session.js";
import type { Route } from "./route.js";

export interface App {
  readonly service: Service;
  readonly session: Session;
  /** Goes to another view. */
  go(route: Route): void;
  /** Shows a view in place of the page's present one, which is told to end its work. */
  redraw(): void;
  /** Tells of a fault that belongs to no place on the page. */
  tell(error: unknown): void;
}

/** What the page shows between header and end. */
export interface View {
  readonly element: HTMLElement;
  /** Title of the window. */
  readonly title: string;
  /** Ends what the view has under way. */
  dispose?(): void;
}
