export type { Connection, TokenProvider } from "./client/attempts.js";
export {
  type CallSettings,
  CvTailorClient,
  type CvTailorOptions,
  type DeletedData,
  type DocumentLink,
  generateApplication,
  type RunEvents,
} from "./client/client.js";
export { CvTailorError, type FieldViolation } from "./client/error.js";
export type { FollowOptions } from "./client/follow_run.js";
export { type Patience, PATIENCE } from "./client/patience.js";
export type { Actor } from "./client/reasons.js";
export { type Happening, isLast, type RunEvent } from "./client/run_progress.js";
export * from "./gen/cvtailor/v1/application_pb.js";
export * from "./gen/cvtailor/v1/cv_generator_pb.js";
export * from "./gen/cvtailor/v1/error_reason_pb.js";
export * from "./gen/cvtailor/v1/event_pb.js";
export * from "./gen/cvtailor/v1/job_offer_pb.js";
export * from "./gen/cvtailor/v1/match_report_pb.js";
export * from "./gen/cvtailor/v1/personal_data_pb.js";
