import { ErrorReason, ErrorReasonSchema } from "../gen/cvtailor/v1/error_reason_pb.js";

/**
 * Who acts next after an error: the caller changes something and sends another request, the caller sends
 * the same request again later, or whoever operates the service mends it.
 */
export type Actor = "caller-fixes" | "caller-retries" | "service-fixes";

/** The contract's answer for every reason; a test compares it with the comments of the contract. */
export const ACTORS: Readonly<Record<ErrorReason, Actor>> = {
  [ErrorReason.UNSPECIFIED]: "service-fixes",
  [ErrorReason.INVALID_ARGUMENT]: "caller-fixes",
  [ErrorReason.CV_UNREADABLE]: "caller-fixes",
  [ErrorReason.CV_FORMAT_UNSUPPORTED]: "caller-fixes",
  [ErrorReason.POSTING_UNREADABLE]: "caller-fixes",
  [ErrorReason.APPLICATION_NOT_FOUND]: "caller-fixes",
  [ErrorReason.DOCUMENT_NOT_FOUND]: "caller-fixes",
  [ErrorReason.REQUEST_ID_REUSED]: "caller-fixes",
  [ErrorReason.PAGE_TOKEN_INVALID]: "caller-fixes",
  [ErrorReason.TOKEN_MISSING]: "caller-fixes",
  [ErrorReason.TOKEN_INVALID]: "caller-fixes",
  [ErrorReason.TOKEN_EXPIRED]: "caller-fixes",
  [ErrorReason.PERMISSION_DENIED]: "caller-fixes",
  [ErrorReason.QUOTA_EXCEEDED]: "caller-retries",
  [ErrorReason.RENDER_REFUSED]: "service-fixes",
  [ErrorReason.RENDER_TIMEOUT]: "caller-retries",
  [ErrorReason.SERVER_DRAINING]: "caller-retries",
  [ErrorReason.DEPENDENCY_UNAVAILABLE]: "caller-retries",
  [ErrorReason.INTERNAL]: "service-fixes",
  [ErrorReason.RUN_ENDED]: "caller-fixes",
  [ErrorReason.RUN_DEADLINE_EXCEEDED]: "caller-retries",
  [ErrorReason.ATS_CHECK_FAILED]: "service-fixes",
  [ErrorReason.QUESTION_NOT_FOUND]: "caller-fixes",
  [ErrorReason.QUESTION_CLOSED]: "caller-fixes",
  [ErrorReason.MODEL_REFUSED]: "service-fixes",
  [ErrorReason.MODEL_UNAVAILABLE]: "caller-retries",
  [ErrorReason.MODEL_BUDGET_SPENT]: "caller-retries",
  [ErrorReason.MODEL_ANSWER_INVALID]: "service-fixes",
  [ErrorReason.REVISION_STALE]: "caller-fixes",
  [ErrorReason.STATUS_STEP_REFUSED]: "caller-fixes",
  [ErrorReason.LINKS_UNSUPPORTED]: "caller-fixes",
  [ErrorReason.ACCOUNT_BANNED]: "service-fixes",
  [ErrorReason.ASSURANCE_TOO_LOW]: "caller-fixes",
  [ErrorReason.ANONYMOUS_REFUSED]: "caller-fixes",
  [ErrorReason.RUN_IN_PROGRESS]: "caller-retries",
  [ErrorReason.NOTHING_TO_REVISE]: "caller-fixes",
  [ErrorReason.EDIT_TARGET_UNKNOWN]: "caller-fixes",
  [ErrorReason.QUEUE_FULL]: "caller-retries",
  [ErrorReason.WATCHER_TOO_SLOW]: "caller-retries",
};

const REASONS = new Map(
  ErrorReasonSchema.values.map((value) => [
    value.name.replace(/^ERROR_REASON_/, ""),
    value.number as ErrorReason,
  ]),
);

/** The reason that `google.rpc.ErrorInfo` names; UNSPECIFIED if this client is older than it. */
export function reasonNamed(name: string): ErrorReason {
  return REASONS.get(name) ?? ErrorReason.UNSPECIFIED;
}
