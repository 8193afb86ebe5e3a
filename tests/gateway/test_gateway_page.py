import gzip
from pathlib import Path

import httpx
import jwt
import pytest
from cvtailor.domain.errors import InvalidInput
from gateways import SCRIPT, USER, Front, edge_of, page_at, running_front


async def test_the_page_comes_with_a_strict_policy(front: Front) -> None:
    answer = await front.http.get("/")

    assert "the page" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in answer.headers


async def test_only_the_project_may_be_called_beside_the_gateway(tmp_path: Path) -> None:
    project = {"supabase_url": "https://project.supabase.co/", "supabase_publishable_key": "sb_publishable_x"}
    async with running_front(tmp_path, 1, project, check_tokens=False) as front:
        page = await front.http.get("/")
        config = await front.http.get("/config.json")

    assert "connect-src 'self' https://project.supabase.co;" in page.headers["content-security-policy"]
    assert config.json() == {
        "supabaseUrl": "https://project.supabase.co/",
        "supabasePublishableKey": "sb_publishable_x",
        "devToken": "",
    }
    assert front.gateway.link == front.gateway.url


async def test_what_is_named_by_its_content_is_kept_for_ever_and_the_rest_asked_after(front: Front) -> None:
    script = await front.http.get("/assets/main-4f2a.js")
    page = await front.http.get("/")
    again = await front.http.get("/", headers={"if-none-match": page.headers["etag"]})

    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(("accepted", "used"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("", None)])
async def test_text_is_compressed_as_the_browser_can(front: Front, accepted: str, used: str | None) -> None:
    headers = {"accept-encoding": accepted}
    async with front.http.stream("GET", "/assets/main-4f2a.js", headers=headers) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])

    assert answer.headers.get("content-encoding") == used
    assert used is None or len(raw) < len(SCRIPT) / 10
    if used == "gzip":
        assert gzip.decompress(raw).decode() == SCRIPT


async def test_the_page_is_read_and_nothing_else(front: Front) -> None:
    assert (await front.http.head("/")).content == b""
    assert (await front.http.post("/")).status_code == 404
    assert (await front.http.get("/assets/main-4f2a.js.map")).status_code == 404
    assert (await front.http.get("/assets/..%2findex.html")).status_code == 400


async def test_whoever_holds_the_link_works_as_the_local_user(front: Front) -> None:
    async with httpx.AsyncClient(follow_redirects=True) as browser:
        page = await browser.get(front.gateway.link)
        config = await browser.get(f"{front.gateway.url}config.json")

    assert str(page.url) == front.gateway.url
    claims = jwt.decode(config.json()["devToken"], options={"verify_signature": False})
    assert claims["sub"] == str(USER)
    assert config.headers["cache-control"] == "no-store"


async def test_others_of_this_machine_get_no_token(front: Front) -> None:
    """Loopback is open to every user of the machine, and to every page that a browser has open."""
    for cookie in ("", "cvtailor_open=", "cvtailor_open=guess"):
        config = await front.http.get("/config.json", headers={"cookie": cookie})
        assert config.json()["devToken"] == ""
    opened = await front.http.get("/open?key=guess")
    assert "set-cookie" not in opened.headers


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(front: Front) -> None:
    opened = await front.http.get(front.gateway.link)

    assert opened.headers["set-cookie"].endswith("; Path=/config.json; HttpOnly; SameSite=Strict")
    assert opened.headers["location"] == "/"


async def test_the_configuration_is_for_the_own_page_only(front: Front) -> None:
    key = front.gateway.link.partition("key=")[2]
    asked = {"cookie": f"cvtailor_open={key}", "origin": "https://other.example"}
    config = await front.http.get("/config.json", headers=asked)
    rebound = await front.http.get("/config.json", headers={**asked, "host": "rebound.example"})

    assert not [name for name in config.headers if name.startswith("access-control")]
    assert rebound.status_code == 404


async def test_no_token_is_offered_where_other_machines_can_ask(tmp_path: Path) -> None:
    async with running_front(tmp_path, 1, host="0.0.0.0") as front:  # noqa: S104
        assert front.gateway.link == front.gateway.url
        assert (await front.http.get("/config.json")).json()["devToken"] == ""


async def test_loopback_may_be_named(tmp_path: Path) -> None:
    async with running_front(tmp_path, 1, host="localhost") as front:
        assert front.gateway.url.startswith("http://localhost:")
        assert (await front.http.get("/")).status_code == 200


def test_a_folder_without_a_page_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="npm run build"):
        edge_of(tmp_path, page=tmp_path)


def test_too_large_a_page_is_refused(tmp_path: Path) -> None:
    with (page_at(tmp_path) / "video.bin").open("wb") as file:
        file.truncate(9 << 20)

    with pytest.raises(InvalidInput, match="8 MiB"):
        edge_of(tmp_path)
