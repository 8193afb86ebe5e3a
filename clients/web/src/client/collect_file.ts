import { type CallOptions, Code } from "@connectrpc/connect";

import type { DownloadDocumentResponse } from "../gen/cvtailor/v1/cv_generator_pb.js";
import type { ExportMyDataResponse } from "../gen/cvtailor/v1/personal_data_pb.js";
import { attempt, type Line } from "./attempts.js";
import { CvTailorError } from "./error.js";
import { LiveStream } from "./live_stream.js";

type Answer = DownloadDocumentResponse | ExportMyDataResponse;

/** Reads a stream of a description and then chunks; again from its start after a lost connection. */
export function collectFile(
  line: Line,
  open: (options: CallOptions) => AsyncIterable<Answer>,
  signal: AbortSignal | undefined,
): Promise<File> {
  const { callFailuresMax, silenceMsMax } = line.patience;
  return attempt(line, callFailuresMax, signal, async (options) => {
    const stream = new LiveStream(open, options, silenceMsMax);
    try {
      return await read(stream);
    } finally {
      stream.close();
    }
  });
}

async function read(stream: LiveStream<Answer>): Promise<File> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let described: { name: string; type: string } | undefined;
  for (let answer = await stream.next(); answer; answer = await stream.next()) {
    const { part } = answer;
    if (part.case === "chunk") chunks.push(part.value as Uint8Array<ArrayBuffer>);
    else if (part.case === "document") described = { name: part.value.name, type: part.value.mediaType };
    else if (part.case === "export") described = { name: part.value.fileName, type: part.value.mediaType };
  }
  if (!described) throw new CvTailorError("The file came without its name.", Code.Internal);
  return new File(chunks, described.name, { type: described.type });
}
