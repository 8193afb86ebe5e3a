/** The service, as the page uses it. */
import { CvTailorClient } from "../../src/client/client.js";
import type { RunEvents } from "../../src/client/client.js";
import type { Session } from "./session.js";

export { CvTailorError } from "../../src/client/error.js";
export type Service = CvTailorClient;

/** Connects to the gateway that the page came from. */
export function connectService(session: Session): Service {
  return new CvTailorClient({ gateway: location.origin, token: (refused) => session.token(refused) });
}

/**
 * Waits until a run has begun and lets go of its stream: the application's own view follows it.
 *
 * @returns The application's id.
 */
export async function begun(events: RunEvents): Promise<string> {
  for await (const event of events) return event.applicationId;
  throw new Error("the run told nothing");
}
