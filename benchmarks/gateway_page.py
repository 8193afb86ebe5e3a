"""How much of the page a browser loads before it shows anything."""

import re
from typing import NamedTuple

import httpx

_LOADED_AT_ONCE = re.compile(r"<(?:script|link)\b[^>]*?\b(?:src|href)=\"(/[^\"]+)\"")
_IMPORTED = re.compile(r"\b(?:from|import)\s*\"(\./[^\"]+\.js)\"")


class FirstLoad(NamedTuple):
    """What was loaded."""

    files: int
    compressed_bytes: int


async def first_load(url: str) -> FirstLoad:
    """Loads the page as a browser that takes brotli does: the document, and what it and its scripts name."""
    sizes: dict[str, int] = {}
    waiting = ["/", "/config.json"]
    async with httpx.AsyncClient(base_url=url, headers={"accept-encoding": "br, gzip"}) as browser:
        while waiting:
            path = waiting.pop()
            if path in sizes:
                continue
            async with browser.stream("GET", path) as answer:
                answer.raise_for_status()
                sizes[path] = len(b"".join([part async for part in answer.aiter_raw()]))
            named = await _text(browser, path)
            folder = path.rpartition("/")[0]
            waiting += _LOADED_AT_ONCE.findall(named) if path == "/" else []
            waiting += [f"{folder}/{name[2:]}" for name in _IMPORTED.findall(named)]
    return FirstLoad(len(sizes), sum(sizes.values()))


async def _text(browser: httpx.AsyncClient, path: str) -> str:
    answer = await browser.get(path, headers={"accept-encoding": "identity"})
    return answer.text if path == "/" or path.endswith(".js") else ""
