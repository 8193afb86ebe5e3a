"""The text a reader sees on a page; what the page says of itself for search engines comes first."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree, html  # type: ignore[import-untyped]

from cvtailor.adapters.fetch.job_markup import job_markup_text

# Elements whose text is not the page's own, or is never part of an ad.
_UNREAD = frozenset(
    {"script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "head"}
    | {"nav", "footer", "aside", "button", "select", "textarea", "dialog"}
)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])|font-size\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "body", "br", "dd", "div", "dl", "dt", "fieldset", "figure"}
    | {
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    }
)
_OPENINGS = {"li": "\n- ", "td": " ", "th": " "}
_CHARSETS = re.compile(
    r"utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d|gb18030|shift_jis|euc-jp", re.IGNORECASE
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_MARKUP_SCRIPTS = etree.XPath("//script[starts-with(@type, 'application/ld+json')]/text()")
_SCRIPTS_MAX = 20
# Starts and ends of elements; a tenth of it is a large page.
_WALKED_MAX = 100_000
_MAIN_CHARS_MIN = 400


def text_of_plain(content: bytes, charset: str) -> str:
    """Returns a text as it is, with tidy lines."""
    return _tidy(_decoded(content, charset))


def text_of_page(content: bytes, charset: str) -> str:
    """Returns the ad on an HTML page: its schema.org JobPosting if it has one, else the text one sees."""
    if not charset and (found := _META_CHARSET.search(content[:4096])):
        charset = found[1].decode("ascii")
    document = _parsed(_decoded(content, charset))
    if document is None:
        return ""
    scripts = [str(script) for script in _MARKUP_SCRIPTS(document)[:_SCRIPTS_MAX]]
    return _tidy(job_markup_text(scripts, text_of_fragment)) or _tidy(_seen(document))


def text_of_fragment(markup: str) -> str:
    """Returns the text of a piece of HTML, which may be plain text as well."""
    document = _parsed(markup)
    return "" if document is None else _tidy(_seen(document))


def _parsed(markup: str) -> etree._Element | None:
    # `huge_tree` stays off: it bounds the depth, and with it all that follows.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(markup.replace("\x00", "").encode(errors="replace"), parser=parser)
    except etree.LxmlError:
        return None


def _seen(document: etree._Element) -> str:
    for name in ("main", "article"):
        element = document.find(f".//{name}")
        if element is not None and len(text := "".join(_pieces(element))) >= _MAIN_CHARS_MIN:
            return text
    return "".join(_pieces(document))


def _pieces(root: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in islice(walk, _WALKED_MAX):
        block = element.tag in _BLOCKS
        if event == "end":
            yield "\n" if block else ""
            yield _on_one_line(element.tail) if element is not root else ""
        elif _hidden(element):
            walk.skip_subtree()
        else:
            yield _OPENINGS.get(element.tag, "\n" if block else "")
            yield _on_one_line(element.text)


def _hidden(element: etree._Element) -> bool:
    """Says whether a reader of the page does not see an element: text for machines is no part of an ad."""
    return (
        element.tag in _UNREAD
        or "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or bool(_HIDING.search(element.get("style", "")))
    )


def _on_one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def _tidy(text: str) -> str:
    """Collapses spaces and empty lines; a bullet and its text stand on one line."""
    lines = "\n".join(re.sub(r"[^\S\n]+", " ", line).strip() for line in text.splitlines())
    spaced = re.sub(r"\n{2,}", "\n\n", lines)
    bulleted = re.sub(r"^-\n{1,2}(?!-)", "- ", spaced, flags=re.MULTILINE)
    return "\n".join(line for line in bulleted.splitlines() if line != "-").strip()


def _decoded(content: bytes, charset: str) -> str:
    known = charset if _CHARSETS.fullmatch(charset) else "utf-8"
    try:
        return content.decode(known, errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")
