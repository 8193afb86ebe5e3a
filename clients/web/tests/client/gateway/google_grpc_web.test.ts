// @vitest-environment jsdom
import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { GrpcWebClientBase, MethodDescriptor, type RpcError } from "grpc-web";
import { expect, test } from "vitest";

import { ApplicationStatus } from "../../../src/gen/cvtailor/v1/application_pb.js";
import {
  CvGenerator,
  GenerateApplicationRequestSchema,
  type GenerateApplicationResponse,
  GetApplicationRequestSchema,
  type GetApplicationResponse,
} from "../../../src/gen/cvtailor/v1/cv_generator_pb.js";
import { ENGINEER, GATEWAY, TOKEN } from "./surroundings.js";

/** Google's runtime streams in text mode only: XMLHttpRequest shows text while it arrives. */
const runtime = new GrpcWebClientBase({ format: "text" });
const metadata = { authorization: `Bearer ${TOKEN}` };
const { generateApplication, getApplication } = CvGenerator.method;

/** What protoc-gen-grpc-web would write of a method. */
function descriptor<I extends DescMessage, O extends DescMessage>(
  method: { readonly input: I; readonly output: O; readonly name: string },
  kind: "unary" | "server_streaming",
) {
  return new MethodDescriptor<MessageShape<I>, MessageShape<O>>(
    path(method),
    kind,
    Object as never,
    Object as never,
    (request: MessageShape<I>) => toBinary(method.input, request),
    (bytes: Uint8Array) => fromBinary(method.output, bytes),
  );
}

function get(applicationId: string): Promise<GetApplicationResponse> {
  return runtime.unaryCall(
    GATEWAY + path(getApplication),
    create(GetApplicationRequestSchema, { applicationId }),
    metadata,
    descriptor(getApplication, "unary"),
  );
}

function path({ name }: { readonly name: string }): string {
  return `/${CvGenerator.typeName}/${name}`;
}

test("Google's own runtime follows a run while it happens", async () => {
  const request = create(GenerateApplicationRequestSchema, ENGINEER);
  const stream = runtime.serverStreaming(
    GATEWAY + path(generateApplication),
    request,
    metadata,
    descriptor(generateApplication, "server_streaming"),
  );
  const events: GenerateApplicationResponse[] = [];
  let whileRunning: Promise<GetApplicationResponse> | undefined;
  await new Promise<void>((resolve, reject) => {
    stream.on("data", (answer) => {
      events.push(answer);
      if (answer.event?.event.case === "stepStarted") whileRunning ??= get(answer.event.applicationId);
    });
    stream.on("error", reject);
    stream.on("end", resolve);
  });
  const logged = events.filter(({ event }) => event?.sequence);
  expect(logged.map(({ event }) => Number(event?.sequence))).toEqual(logged.map((_, index) => index + 1));
  expect(logged.at(-1)?.event?.event.case).toBe("completed");
  expect((await whileRunning)?.application?.status).toBe(ApplicationStatus.GENERATING);
});

test("Google's own runtime is told why it is refused", async () => {
  const refused = get("no UUID");
  const error = (await refused.catch((thrown: unknown) => thrown)) as RpcError;
  expect(error.code).toBe(3);
  expect(error.metadata["grpc-status-details-bin"]).toBeTruthy();
});
