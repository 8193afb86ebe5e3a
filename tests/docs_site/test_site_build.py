"""The site builds with nothing to complain about, offline, and a fault in a page is seen."""

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from docs_site.shell_lines import REPO

from tools.site_links import with_links_of_the_site

FAULTS = {
    "[gone](gone.md)": "'gone.md'",
    "[part](guarantees.md#no-such-part)": "#no-such-part",
    "[code](../service/gone.py)": "there is no service/gone.py",
    "[absolute](/cli/)": "absolute link '/cli/'",
    "![picture](images/gone.png)": "'images/gone.png'",
    "[elsewhere](../CONTRIBUTING.md#no-such-part)": "contributing.md#no-such-part",
}


def build(repository: Path, site: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    # With proxies that lead nowhere, so that whatever would be fetched fails.
    nowhere = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site],
        cwd=repository,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **nowhere, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(REPO, folder, CVTAILOR_REPOSITORY_URL="https://code.example.org/cvtailor")
    assert done.returncode == 0, done.stderr
    return folder


def test_a_reader_s_browser_fetches_nothing_from_elsewhere(site: Path) -> None:
    loaded = re.compile(
        r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"?(?:https?:)?//|<link\b(?![^>]*canonical)[^>]*href=\"?(?:https?:)?//"
    )
    styled = re.compile(r"@import|url\([\"']?(?:https?:)?//")
    pages, styles = list(site.rglob("*.html")), [*site.rglob("*.css"), *site.rglob("*.svg")]
    assert (len(pages) > 30, len(styles) > 1) == (True, True)
    assert [page for page in pages if loaded.search(page.read_text())] == []
    assert [style for style in styles if styled.search(style.read_text())] == []


def test_files_of_the_repository_are_linked_where_it_is(site: Path) -> None:
    page = (site / "architecture" / "index.html").read_text()
    assert "https://code.example.org/cvtailor/tree/main/service/cvtailor/domain/grounding" in page
    assert 'href="../contributing/"' in (site / "tutorial" / "index.html").read_text()


@pytest.mark.parametrize(
    ("page", "markdown", "there", "nowhere"),
    [
        ("gateway.md", "[a](../service)", "[a](https://x.org/tree/main/service)", "a"),
        ("gateway.md", "[a](../justfile)", "[a](https://x.org/blob/main/justfile)", "a"),
        ("clients/web.md", "[a](../../docs/mcp.md#b)", "[a](../mcp.md#b)", "[a](../mcp.md#b)"),
        ("clients/web.md", "[a](page)", "[a](https://x.org/tree/main/clients/web/page)", "a"),
        (
            "cli.md",
            "[`a`\nb](../clients/web/README.md)",
            "[`a`\nb](clients/web.md)",
            "[`a`\nb](clients/web.md)",
        ),
        (
            "cli.md",
            "[mcp.md](mcp.md) [x](mcp.md)",
            *["[MCP](mcp.md) [x](mcp.md)"] * 2,
        ),
        ("cli.md", "`[a](../service)`", "`[a](../service)`", "`[a](../service)`"),
        ("cli.md", "```\n[a](../x)\n```", "```\n[a](../x)\n```", "```\n[a](../x)\n```"),
        ("cli.md", "[a](https://b.org)", "[a](https://b.org)", "[a](https://b.org)"),
    ],
)
def test_links_lead_where_a_reader_of_the_site_can_follow(
    page: str, markdown: str, there: str, nowhere: str
) -> None:
    assert with_links_of_the_site(markdown, page, "https://x.org/") == there
    assert with_links_of_the_site(markdown, page, "") == nowhere


def test_planted_faults_are_seen(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    for child in REPO.iterdir():
        if child.name != "docs":
            (repository / child.name).symlink_to(child)
    copytree(REPO / "docs", repository / "docs")
    with (repository / "docs" / "guarantees.md").open("a") as page:
        page.write("\n".join(["", *FAULTS]))
    (repository / "docs" / "forgotten.md").write_text("# Not in the navigation\n")
    done = build(repository, tmp_path / "site")
    assert done.returncode == 1
    for complaint in (*FAULTS.values(), "forgotten.md"):
        assert complaint in done.stderr, done.stderr
