"""All that /metrics can say, made by the real exporter out of the table of metrics."""

import asyncio
import re
from functools import cache

from cvtailor.telemetry.export import Export
from cvtailor.telemetry.metrics import METRICS, Kind


@cache
def exposed() -> dict[str, set[str]]:
    """The labels of each Prometheus series, by its name."""

    async def made() -> str:
        export = Export({"service.name": "cvtailor"}, None, paged=True)
        export.start()
        for metric in METRICS:
            if metric.kind is Kind.SIGHT:
                metric.show(lambda metric=metric: {("x",) * len(metric.labels): 1.0})  # type: ignore[misc]
            else:
                metric.tell(1.0, dict.fromkeys(metric.labels, "x"))
        page = export.page().decode()
        await export.close()
        return page

    series: dict[str, set[str]] = {}
    for line in asyncio.run(made()).splitlines():
        if found := re.fullmatch(r"(\w+)(?:\{(.*)\})? \S+", line):
            series.setdefault(found[1], set()).update(re.findall(r"(\w+)=", found[2] or ""))
    return series
