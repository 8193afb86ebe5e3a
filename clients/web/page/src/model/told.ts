/** What went wrong, in the person's words: the service's sentence, and what to do. */
import { ErrorReason } from "../../../src/gen/cvtailor/v1/error_reason_pb.js";
import { CvTailorError } from "../service.js";
import { t, type TextKey } from "../texts/texts.js";

export interface Told {
  message: string;
  advice: string;
  /** By field of the request, what is wrong with it. */
  fields: Map<string, string>;
}

/** What to do, by reason of the contract; where there is none, the service's own sentence says it. */
const ADVICE: Partial<Record<ErrorReason, TextKey>> = {
  [ErrorReason.INVALID_ARGUMENT]: "adviseFix",
  [ErrorReason.CV_UNREADABLE]: "adviseCv",
  [ErrorReason.CV_FORMAT_UNSUPPORTED]: "adviseFormat",
  [ErrorReason.POSTING_UNREADABLE]: "advisePosting",
  [ErrorReason.APPLICATION_NOT_FOUND]: "adviseGone",
  [ErrorReason.DOCUMENT_NOT_FOUND]: "adviseGone",
  [ErrorReason.TOKEN_MISSING]: "adviseSignIn",
  [ErrorReason.TOKEN_INVALID]: "adviseSignIn",
  [ErrorReason.TOKEN_EXPIRED]: "adviseSignIn",
  [ErrorReason.QUOTA_EXCEEDED]: "adviseQuota",
  [ErrorReason.RENDER_TIMEOUT]: "adviseRetry",
  [ErrorReason.RENDER_REFUSED]: "adviseTheme",
  [ErrorReason.SERVER_DRAINING]: "adviseRetry",
  [ErrorReason.DEPENDENCY_UNAVAILABLE]: "adviseRetry",
  [ErrorReason.RUN_DEADLINE_EXCEEDED]: "adviseRetry",
  [ErrorReason.MODEL_UNAVAILABLE]: "adviseRetry",
  [ErrorReason.REVISION_STALE]: "adviseReload",
  [ErrorReason.RUN_IN_PROGRESS]: "adviseWait",
  [ErrorReason.NOTHING_TO_REVISE]: "adviseAnew",
};

/** Says what an error means for the person. */
export function toldOf(thrown: unknown): Told {
  const error = CvTailorError.from(thrown);
  const isLost = error.connectionLost && error.reason === ErrorReason.UNSPECIFIED;
  return {
    message: isLost ? t("errorOffline") : error.message,
    advice: isLost ? t("adviseRetry") : adviceOf(error.reason),
    fields: new Map(error.violations.map(({ field, description }) => [field, description])),
  };
}

/** What to do about a reason; empty if the service's sentence says all. */
export function adviceOf(reason: ErrorReason): string {
  const key = ADVICE[reason];
  return key ? t(key) : "";
}

/** Whether signing in anew is the remedy. */
export function needsSignIn(thrown: unknown): boolean {
  return thrown instanceof CvTailorError && SIGN_IN.has(thrown.reason);
}

const SIGN_IN = new Set([ErrorReason.TOKEN_MISSING, ErrorReason.TOKEN_INVALID, ErrorReason.TOKEN_EXPIRED]);
