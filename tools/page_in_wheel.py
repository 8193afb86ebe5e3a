"""Puts the built page into the wheel; without one the wheel is built all the same."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageInWheel(BuildHookInterface):  # type: ignore[type-arg]
    """Hatch's hook; ``npm run build --prefix clients/web`` builds the page."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the page's files, not for an editable install, which finds them in the repository."""
        page = Path(self.root, "clients/web/dist")
        if version != "editable" and (page / "index.html").exists():
            build_data["force_include"][str(page)] = "cvtailor/gateway/page"
