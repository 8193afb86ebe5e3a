import { Code, ConnectError } from "@connectrpc/connect";
import { durationMs } from "@bufbuild/protobuf/wkt";

import { ErrorReason } from "../gen/cvtailor/v1/error_reason_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../gen/google/rpc/error_details_pb.js";
import { type Actor, ACTORS, reasonNamed } from "./reasons.js";

const ERROR_DOMAIN = "cvtailor.v1";

/** Without an answer of the service itself, these mean that it was not reached, or not to the end. */
const LOST: ReadonlySet<Code> = new Set([Code.Unavailable, Code.Unknown, Code.DataLoss]);

/**
 * What a gateway may call a backend that died under a stream. It also stands for what the call itself got
 * wrong, so another attempt is right, but nobody is told that waiting mends it.
 */
const MAYBE_LOST = Code.Internal;

/** Without an answer of the service itself, these mean that the request is at fault. */
const CALLERS: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unauthenticated,
]);

/** What is wrong with one field of a request. */
export interface FieldViolation {
  /** Path of the field in the request (`posting.text`). */
  readonly field: string;
  /** For people. */
  readonly description: string;
  /** For programs: the rule, or the reason of the error. */
  readonly reason: string;
}

interface Particulars {
  readonly reason?: ErrorReason;
  readonly violations?: readonly FieldViolation[];
  readonly retryAfterMs?: number | undefined;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** Every error of the client, except that an aborted call throws its signal's reason. */
export class CvTailorError extends Error {
  override readonly name = "CvTailorError";
  /** Why, in the contract's words; UNSPECIFIED if the service was not reached. */
  readonly reason: ErrorReason;
  /** The fields of the request that are wrong. */
  readonly violations: readonly FieldViolation[];
  /** When the same request may succeed, if the service says so. */
  readonly retryAfterMs: number | undefined;
  /** `ErrorInfo.metadata`: `line` of an unreadable CV, `incident` to quote in a report. */
  readonly metadata: Readonly<Record<string, string>>;
  /** `x-request-id` of the call, as it is in the service's log; empty if the service was not reached. */
  readonly requestId: string;

  constructor(
    message: string,
    /** The gRPC status. */
    readonly code: Code,
    particulars: Particulars = {},
  ) {
    super(message, { cause: particulars.cause });
    this.reason = particulars.reason ?? ErrorReason.UNSPECIFIED;
    this.violations = particulars.violations ?? [];
    this.retryAfterMs = particulars.retryAfterMs;
    this.metadata = particulars.metadata ?? {};
    this.requestId = particulars.requestId ?? "";
  }

  /** Reads the `google.rpc` details of whatever a call threw. */
  static from(thrown: unknown): CvTailorError {
    if (thrown instanceof CvTailorError) return thrown;
    const error = ConnectError.from(thrown);
    const info = error.findDetails(ErrorInfoSchema).find((detail) => detail.domain === ERROR_DOMAIN);
    const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
    return new CvTailorError(error.rawMessage, error.code, {
      reason: reasonNamed(info?.reason ?? ""),
      violations: error.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations),
      retryAfterMs: delay && durationMs(delay),
      metadata: info?.metadata ?? {},
      requestId: error.metadata.get("x-request-id") ?? "",
      cause: thrown,
    });
  }

  /** Who acts next. */
  get actor(): Actor {
    if (this.reason !== ErrorReason.UNSPECIFIED) return ACTORS[this.reason];
    if (LOST.has(this.code) || this.code === Code.ResourceExhausted) return "caller-retries";
    return CALLERS.has(this.code) ? "caller-fixes" : "service-fixes";
  }

  /** Whether the connection broke, or the service is away for a while: asking again is right. */
  get connectionLost(): boolean {
    if (this.reason !== ErrorReason.UNSPECIFIED)
      return this.code === Code.Unavailable && this.actor === "caller-retries";
    if (this.code === MAYBE_LOST) return this.cause instanceof ConnectError && !isFault(this.cause);
    return LOST.has(this.code) && !isFault(this.cause);
  }

  /** Whether a fresh token may help. A gateway that checks tokens itself gives no reason. */
  get tokenExpired(): boolean {
    return (
      this.code === Code.Unauthenticated &&
      (this.reason === ErrorReason.TOKEN_EXPIRED || this.reason === ErrorReason.UNSPECIFIED)
    );
  }
}

/** Whether a call threw because of its program. What `fetch` throws for the network is a TypeError. */
function isFault(thrown: unknown): boolean {
  const cause = thrown instanceof ConnectError ? thrown.cause : thrown;
  return cause instanceof Error && !(cause instanceof ConnectError) && cause.name !== "TypeError";
}
