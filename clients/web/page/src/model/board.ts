/** The status board: which column an application stands in, and where its owner may put it. */
import {
  ApplicationStatus as Status,
  type Application,
} from "../../../src/gen/cvtailor/v1/application_pb.js";

export type ColumnName = "making" | "ready" | "submitted" | "talking" | "offer" | "closed";

export interface Column {
  name: ColumnName;
  statuses: readonly Status[];
  /** What dropping a card here asks for; undefined where only the service puts cards. */
  target?: Status;
}

export const COLUMNS: readonly Column[] = [
  { name: "making", statuses: [Status.GENERATING, Status.DRAFT], target: Status.DRAFT },
  { name: "ready", statuses: [Status.READY], target: Status.READY },
  { name: "submitted", statuses: [Status.SUBMITTED], target: Status.SUBMITTED },
  { name: "talking", statuses: [Status.INTERVIEWING], target: Status.INTERVIEWING },
  { name: "offer", statuses: [Status.OFFER, Status.ACCEPTED], target: Status.OFFER },
  {
    name: "closed",
    statuses: [Status.REJECTED, Status.WITHDRAWN, Status.FAILED, Status.CANCELLED, Status.ARCHIVED],
    target: Status.ARCHIVED,
  },
];

/** What a person may ask for; the service says if a step can't be taken. */
export const CHOOSABLE: readonly Status[] = [
  Status.DRAFT,
  Status.READY,
  Status.SUBMITTED,
  Status.INTERVIEWING,
  Status.OFFER,
  Status.ACCEPTED,
  Status.REJECTED,
  Status.WITHDRAWN,
  Status.ARCHIVED,
];

/** The column that shows a status; what a newer service may send stands in the last one. */
export function columnOf(status: Status): Column {
  return COLUMNS.find((column) => column.statuses.includes(status)) ?? COLUMNS[COLUMNS.length - 1]!;
}

/** The applications of each column, newest first as the service sends them. */
export function arranged(applications: readonly Application[]): Map<ColumnName, Application[]> {
  const board = new Map<ColumnName, Application[]>(COLUMNS.map((column) => [column.name, []]));
  for (const application of applications) board.get(columnOf(application.status).name)?.push(application);
  return board;
}

/** Whether a run makes the documents now. */
export function isGenerating(application: Application): boolean {
  return application.status === Status.GENERATING;
}

/** Whether what was sent is sealed, so that nothing can be revised any more. */
export function isSealed(application: Application): boolean {
  return application.submission !== undefined;
}
