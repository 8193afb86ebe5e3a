import type { DescMessage, DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel, timestampDate } from "@bufbuild/protobuf/wkt";
import { type CallOptions, type Client, Code, createClient, type Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";

import type { Application } from "../gen/cvtailor/v1/application_pb.js";
import {
  type AnswerQuestionRequestSchema,
  type CompareVersionsRequestSchema,
  type CompareVersionsResponse,
  CvGenerator,
  type GenerateApplicationRequestSchema,
  type ListApplicationsRequestSchema,
  type ListApplicationsResponse,
  type ReviseApplicationRequestSchema,
  type UpdateApplicationRequestSchema,
} from "../gen/cvtailor/v1/cv_generator_pb.js";
import { PersonalData } from "../gen/cvtailor/v1/personal_data_pb.js";
import { attempt, type Line, type TokenProvider } from "./attempts.js";
import { collectFile } from "./collect_file.js";
import { CvTailorError } from "./error.js";
import { type FollowOptions, followRun, type RunCalls } from "./follow_run.js";
import { type Patience, PATIENCE } from "./patience.js";
import { newRequestId } from "./request_id.js";
import { type RunEvent, RunProgress } from "./run_progress.js";

/** Where the service is and who calls it. */
export interface CvTailorOptions {
  /** URL of the gateway, or a transport of connect. */
  readonly gateway: string | Transport;
  readonly token: TokenProvider;
  /** Bounds that differ from the usual ones. */
  readonly patience?: Partial<Patience>;
}

/** Of every call. */
export interface CallSettings {
  /** Ends the call at once, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The events of a run. It is read once. */
export type RunEvents = AsyncGenerator<RunEvent, void, undefined>;

/** A URL under which anybody who has it can fetch a document for a while; treat it as a secret. */
export interface DocumentLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/** How much DeleteMyData took down. */
export interface DeletedData {
  readonly applications: number;
  readonly files: number;
}

type Fields<Schema extends DescMessage> = Omit<
  MessageInitShape<Schema>,
  "$typeName" | "$unknown" | "applicationId"
>;

/** The service, as one user sees it. Every method throws CvTailorError. */
export class CvTailorClient {
  readonly #generator: Client<typeof CvGenerator>;
  readonly #personal: Client<typeof PersonalData>;
  readonly #transport: Transport;
  readonly #line: Line;

  constructor({ gateway, token, patience }: CvTailorOptions) {
    this.#transport = typeof gateway === "string" ? createGrpcWebTransport({ baseUrl: gateway }) : gateway;
    this.#generator = createClient(CvGenerator, this.#transport);
    this.#personal = createClient(PersonalData, this.#transport);
    this.#line = { token, patience: { ...PATIENCE, ...patience } };
  }

  /** Starts an application and tells its run, over as many connections as it takes. */
  generate(
    request: MessageInitShape<typeof GenerateApplicationRequestSchema>,
    options: FollowOptions = {},
  ): RunEvents {
    const asked = { ...request, requestId: request.requestId || newRequestId() };
    const begin = (call: CallOptions) => this.#generator.generateApplication(asked, call);
    return this.#follow({ begin }, new RunProgress("", 0n), options);
  }

  /** Makes a new version of an application's CV and tells its run, as `generate` does. */
  revise(
    applicationId: string,
    request: Fields<typeof ReviseApplicationRequestSchema>,
    options: FollowOptions = {},
  ): RunEvents {
    const asked = { ...request, applicationId, requestId: request.requestId || newRequestId() };
    const begin = (call: CallOptions) => this.#generator.reviseApplication(asked, call);
    return this.#follow({ begin }, new RunProgress(applicationId, 0n), options);
  }

  /**
   * Tells the newest run of an application, from its first event or from after the one that is given. If
   * a newer run begins while the connection is lost, it is told from its first event on; `runId` says so.
   */
  watch(
    applicationId: string,
    { afterSequence = 0n, ...options }: FollowOptions & { readonly afterSequence?: bigint } = {},
  ): RunEvents {
    return this.#follow({}, new RunProgress(applicationId, afterSequence), options);
  }

  /** Returns one application with everything of it. */
  async get(applicationId: string, settings?: CallSettings): Promise<Application> {
    const { getApplication } = CvGenerator.method;
    return present((await this.#call(getApplication, { applicationId }, settings)).application);
  }

  /** Returns a page of the applications, newest first. */
  list(
    request: MessageInitShape<typeof ListApplicationsRequestSchema> = {},
    settings?: CallSettings,
  ): Promise<ListApplicationsResponse> {
    return this.#call(CvGenerator.method.listApplications, request, settings);
  }

  /** Changes where an application stands, or its notes. */
  async update(
    applicationId: string,
    change: Fields<typeof UpdateApplicationRequestSchema>,
    settings?: CallSettings,
  ): Promise<Application> {
    const { updateApplication } = CvGenerator.method;
    const answer = await this.#call(updateApplication, { ...change, applicationId }, settings);
    return present(answer.application);
  }

  /** Stops a running application; a no-op once it is finished. */
  async cancel(applicationId: string, settings?: CallSettings): Promise<Application> {
    const { cancelApplication } = CvGenerator.method;
    return present((await this.#call(cancelApplication, { applicationId }, settings)).application);
  }

  /** Answers a question of a running application. */
  async answer(
    applicationId: string,
    answer: Fields<typeof AnswerQuestionRequestSchema>,
    settings?: CallSettings,
  ): Promise<void> {
    await this.#call(CvGenerator.method.answerQuestion, { ...answer, applicationId }, settings);
  }

  /** Compares two versions of an application's CV, line by line. */
  compare(
    applicationId: string,
    versions: Fields<typeof CompareVersionsRequestSchema> = {},
    settings?: CallSettings,
  ): Promise<CompareVersionsResponse> {
    const { compareVersions } = CvGenerator.method;
    return this.#call(compareVersions, { ...versions, applicationId }, settings);
  }

  /** Fetches a document; a File is a Blob with a name. `version` 0 is the newest. */
  download(
    applicationId: string,
    name: string,
    { version = 0, ...settings }: CallSettings & { readonly version?: number } = {},
  ): Promise<File> {
    const open = (call: CallOptions) =>
      this.#generator.downloadDocument({ applicationId, name, version }, call);
    return collectFile(this.#line, open, settings.signal);
  }

  /** Makes a link to a document; refused (LINKS_UNSUPPORTED) where documents are kept on no web server. */
  async documentLink(
    applicationId: string,
    name: string,
    { lifetimeSeconds = 0, ...settings }: CallSettings & { readonly lifetimeSeconds?: number } = {},
  ): Promise<DocumentLink> {
    const { createDocumentLink } = CvGenerator.method;
    const request = { applicationId, name, lifetimeSeconds };
    const { url, expireTime } = await this.#call(createDocumentLink, request, settings);
    return { url, expiresAt: timestampDate(present(expireTime)) };
  }

  /** Fetches everything the service holds of the caller, as a ZIP archive. */
  exportMyData(settings?: CallSettings): Promise<File> {
    const open = (call: CallOptions) => this.#personal.exportMyData({}, call);
    return collectFile(this.#line, open, settings?.signal);
  }

  /**
   * Deletes everything the service holds of the caller.
   *
   * @param userId The caller's own, so that nothing is deleted by accident.
   * @returns How many applications and files are gone.
   */
  async deleteMyData(userId: string, settings?: CallSettings): Promise<DeletedData> {
    const { deleteMyData } = PersonalData.method;
    const { applications, files } = await this.#call(deleteMyData, { confirmUserId: userId }, settings);
    return { applications, files };
  }

  #follow(calls: Partial<RunCalls>, progress: RunProgress, options: FollowOptions): RunEvents {
    const watch: RunCalls["watch"] = (applicationId, afterSequence, call) =>
      this.#generator.watchApplication({ applicationId, afterSequence }, call);
    return followRun(this.#line, { ...calls, watch }, progress, options);
  }

  /** Makes a unary call; again after a lost connection, if the contract calls the method idempotent. */
  async #call<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageInitShape<I>,
    { signal }: CallSettings = {},
  ): Promise<MessageShape<O>> {
    const { callFailuresMax, callMsMax } = this.#line.patience;
    const repeatable = method.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
    return attempt(this.#line, repeatable ? callFailuresMax : 0, signal, async (call) => {
      const { headers } = call;
      const answer = await this.#transport.unary(method, call.signal, callMsMax, headers, request);
      return answer.message;
    });
  }
}

/**
 * Starts an application and tells its run until it is finished, whatever happens to the connection:
 * `CvTailorClient.generate` for whoever needs no more of the client.
 */
export function generateApplication(
  request: MessageInitShape<typeof GenerateApplicationRequestSchema>,
  options: CvTailorOptions & FollowOptions,
): RunEvents {
  return new CvTailorClient(options).generate(request, options);
}

function present<T>(part: T | undefined): T {
  if (part === undefined) {
    throw new CvTailorError("The answer lacks what was asked for.", Code.Internal);
  }
  return part;
}
