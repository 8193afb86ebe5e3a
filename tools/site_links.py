"""A hook of MkDocs: pages that live beside what they describe, and links that lead out of ``docs``.

Files link to each other as GitHub follows it, relative to themselves. On the site a link to a page leads to
that page wherever it went, with its title in place of a file's name, and one to any other file of the
repository to ``extra.repository_url``; without that, the link's words stay and the link goes. A file that is
not there is a warning, so that a strict build fails.
"""

import logging
import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

REPOSITORY = Path(__file__).parents[1]
BROUGHT_IN = {
    "clients/python/README.md": "clients/python.md",
    "clients/web/README.md": "clients/web.md",
    "examples/README.md": "examples.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
_ORIGINS = {page: origin for origin, page in BROUGHT_IN.items()}
_BRANCH = "main"
_CODE_OR_LINK = re.compile(
    r"(?P<code>^\ *(?P<fence>```+|~~~+).*?^\ *(?P=fence)\ *$|(?P<tick>`+)(?!`).*?(?<!`)(?P=tick)(?!`))"
    r"|(?P<open>!?\[)(?P<words>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)\s#]+)(?P<anchor>\#[^)\s]*)?\)",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_log = logging.getLogger("mkdocs.plugins.site_links")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Adds the pages that live outside ``docs``."""
    for origin, page in BROUGHT_IN.items():
        files.append(File.generated(config, page, abs_src_path=str(REPOSITORY / origin)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turns the links of a page into links of the site."""
    return with_links_of_the_site(markdown, page.file.src_uri, config.extra["repository_url"])


def with_links_of_the_site(markdown: str, page: str, repository_url: str) -> str:
    """Returns the page's text with links that work on the site.

    Args:
        markdown: The text, with links relative to the file it comes from.
        page: The page's path on the site.
        repository_url: Where the repository can be read; empty: nowhere.
    """
    folder = posixpath.dirname(_ORIGINS.get(page, f"docs/{page}"))

    def rewritten(match: re.Match[str]) -> str:
        if match["code"] or ":" in match["target"] or match["target"].startswith("/"):
            return match[0]
        path = posixpath.normpath(posixpath.join(folder, match["target"]))
        if not (REPOSITORY / path).exists():
            if not path.startswith("docs/"):  # of those MkDocs itself warns
                _log.warning("%s links to %s, and there is no %s", page, match["target"], path)
            return match[0]
        target = _address(path, page, repository_url)
        if not target:
            return match["words"]
        words = match["words"] if match["anchor"] else _title(path, match["words"])
        return f"{match['open']}{words}]({target}{match['anchor'] or ''})"

    return _CODE_OR_LINK.sub(rewritten, markdown)


def _title(path: str, words: str) -> str:
    if not path.endswith(".md") or words not in (path, posixpath.basename(path)):
        return words
    heading = (REPOSITORY / path).read_text().partition("\n")[0].removeprefix("# ")
    return heading.partition(":")[0]


def _address(path: str, page: str, repository_url: str) -> str:
    on_site = BROUGHT_IN.get(path) or (path.removeprefix("docs/") if path.startswith("docs/") else "")
    if on_site and (REPOSITORY / path).is_file():
        return posixpath.relpath(on_site, posixpath.dirname(page) or ".")
    if not repository_url:
        return ""
    kind = "blob" if (REPOSITORY / path).is_file() else "tree"
    return f"{repository_url.rstrip('/')}/{kind}/{_BRANCH}/{path}"
