// Prints, as JSON, what the client adds to a page: with all it needs, minified and compressed.
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { build } from "vite";

const { output } = await build({
  configFile: false,
  logLevel: "error",
  build: {
    write: false,
    modulePreload: false,
    rolldownOptions: {
      input: fileURLToPath(new URL("../src/client/client.ts", import.meta.url)),
      preserveEntrySignatures: "strict",
    },
  },
});
const code = Buffer.from(output.map((chunk) => chunk.code).join(""));
const kilobytes = (bytes) => Math.round(bytes / 100) / 10;
console.log(
  JSON.stringify({
    client_minified_kb: kilobytes(code.length),
    client_gzip_kb: kilobytes(gzipSync(code, { level: 9 }).length),
    client_brotli_kb: kilobytes(brotliCompressSync(code).length),
  }),
);
