import { Buffer } from "node:buffer";
import { defineConfig, type Plugin } from "vite";

/** What the contract imports only to annotate itself, by the generated module that describes it. */
const ANNOTATIONS: Readonly<Record<string, { proto: string; export: string }>> = {
  "buf/validate/validate_pb": { proto: "buf/validate/validate.proto", export: "file_buf_validate_validate" },
  "google/api/annotations_pb": {
    proto: "google/api/annotations.proto",
    export: "file_google_api_annotations",
  },
};

/**
 * Leaves the schemas of annotations out of the page: the rules are checked by the service, the HTTP paths are the
 * gateway's. An empty file of the same name keeps the imports of the contract whole.
 */
function withoutAnnotations(): Plugin {
  return {
    name: "without-annotations",
    enforce: "pre",
    load(id) {
      const found = Object.entries(ANNOTATIONS).find(([module]) => id.endsWith(`/src/gen/${module}.ts`));
      if (!found) return null;
      const [, { proto, export: name }] = found;
      const descriptor = Buffer.concat([Buffer.from([0x0a, proto.length]), Buffer.from(proto)]).toString(
        "base64",
      );
      return `import { fileDesc } from "@bufbuild/protobuf/codegenv2";
export const ${name} = fileDesc("${descriptor}");`;
    },
  };
}

/** Builds the page into `dist`: a few hashed files, and nothing from elsewhere. */
export default defineConfig({
  root: "page",
  plugins: [withoutAnnotations()],
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2023",
    // No inline script and no data: URL, so that the strictest CSP holds.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
