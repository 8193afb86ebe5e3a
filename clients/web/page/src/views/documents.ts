/** An application's files: fetched once, shown or saved from memory. */
import {
  DocumentKind,
  type Application,
  type Document,
} from "../../../src/gen/cvtailor/v1/application_pb.js";
import type { App } from "../app.js";
import { t, type TextKey } from "../texts/texts.js";
import { h } from "../ui/dom.js";

const NAMES: Partial<Record<DocumentKind, TextKey>> = {
  [DocumentKind.CV_PDF]: "docPdf",
  [DocumentKind.CV_TYPST]: "docTypst",
  [DocumentKind.CV_YAML]: "docYaml",
  [DocumentKind.MATCH_REPORT]: "docReport",
  [DocumentKind.COVER_LETTER]: "docLetter",
  [DocumentKind.EMAIL]: "docEmail",
};

/** Names a document for people. */
export function documentName({ kind, name, page, mediaType }: Document): string {
  if (kind === DocumentKind.CV_PAGE_PNG) return t("docPage", { page });
  const key = NAMES[kind];
  const format = kind === DocumentKind.MATCH_REPORT ? ` (${mediaType.split("/").at(-1)})` : "";
  return key ? t(key) + format : name;
}

export class Documents {
  readonly #urls = new Map<string, Promise<string>>();
  readonly #ended = new AbortController();
  #list: readonly Document[] = [];

  constructor(
    private readonly app: App,
    private readonly applicationId: string,
  ) {}

  /** Takes the documents of the application as it is now. */
  of(application: Application): void {
    this.#list = application.documents;
  }

  get all(): readonly Document[] {
    return this.#list;
  }

  get pages(): Document[] {
    return this.#list
      .filter(({ kind }) => kind === DocumentKind.CV_PAGE_PNG)
      .sort((one, other) => one.page - other.page);
  }

  get pdf(): Document | undefined {
    return this.#list.find(({ kind }) => kind === DocumentKind.CV_PDF);
  }

  /** Fetches a document of a version and returns a URL of it in this page. */
  url(name: string, version: number): Promise<string> {
    const key = `${version}/${name}`;
    let url = this.#urls.get(key);
    if (!url) {
      url = this.app.service
        .download(this.applicationId, name, { version, signal: this.#ended.signal })
        .then((file) => URL.createObjectURL(file));
      url.catch(() => this.#urls.delete(key));
      this.#urls.set(key, url);
    }
    return url;
  }

  /** Saves a document under its name. */
  async save({ name }: Document, version: number): Promise<void> {
    try {
      saveUrl(await this.url(name, version), name);
    } catch (error) {
      this.app.tell(error);
    }
  }

  dispose(): void {
    this.#ended.abort();
    for (const url of this.#urls.values())
      void url.then(
        (one) => URL.revokeObjectURL(one),
        () => undefined,
      );
  }
}

/** Has the browser save what a URL of this page holds. */
export function saveUrl(url: string, name: string): void {
  const link = h("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}
