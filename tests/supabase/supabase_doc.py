"""What docs/supabase.md says, for the tests that hold it to that."""

import re
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "docs" / "supabase.md").read_text()


def calls(language: str) -> list[str]:
    """Returns the blocks of the section of calls."""
    section = TEXT.partition("## Calls")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def permissions() -> dict[str, dict[str, list[str]]]:
    """Returns, by table and command, the columns that may be written; ``["yes"]`` for whole rows."""
    lines = [line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line] for line in lines]
    return {
        row[0].strip("`"): {
            command: re.findall(r"\w+", cell)
            for command, cell in zip(("GET", "POST", "PATCH", "DELETE"), row[1:], strict=True)
            if cell
        }
        for row in rows
        if len(row) == 5
    }
