"""What a measure came to: a record a figure, the lines printed on the way, the table at the end.

A figure has a name, whose last part with a meaning is its unit (`..._ms`, `..._ms_1000`), the
values of the measured runs, and, where the project has promised one, a floor and an aim. `lower`
says which side is good. The median counts; the spread is the least and the greatest value. A figure
without a floor is there to be looked at: what it costs beside, or a curve's point.
"""

import dataclasses
import statistics

UNITS = {"ratio": "", "seconds": "s", "ms": "ms", "us": "us", "mb": "MB", "kb": "kB", "kib": "KiB",
         "second": "/s", "percent": "%"}


def unit_of(name):
    """`second` alone is the end of `per_second`."""
    for part in reversed(name.split("_")):
        if part in UNITS:
            return UNITS[part]
    return ""


def number(value):
    """Three digits that count, without an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


@dataclasses.dataclass
class Figure:
    name: str
    workload: str
    what: str  # the sentence that the table says
    values: list
    lower: bool = True
    floor: float | None = None
    aim: float | None = None

    @property
    def unit(self):
        return unit_of(self.name)

    @property
    def median(self):
        return statistics.median(self.values)

    def reaches(self, bound):
        return self.median <= bound if self.lower else self.median >= bound

    @property
    def met(self):
        return None if self.floor is None else self.reaches(self.floor)

    @property
    def verdict(self):
        if self.met is None:
            return ""
        if not self.met:
            return "missed"
        return "met, aim too" if self.aim is not None and self.reaches(self.aim) else "met"

    def record(self):
        return {"name": self.name, "workload": self.workload, "what": self.what,
                "unit": self.unit, "better": "lower" if self.lower else "higher",
                "values": self.values, "median": self.median,
                "spread": [min(self.values), max(self.values)],
                "floor": self.floor, "aim": self.aim, "met": self.met}

    def line(self):
        bound = "-" if self.floor is None else f"{self.floor:g}"
        return f"figure {self.name} {self.median:.4g} {bound} {self.verdict or 'noted'}"

    def row(self):
        unit, scale = self.unit, 1
        if unit == "s" and max(self.values) < 1:
            unit, scale = "ms", 1000

        def said(*values, between):
            return f"{between.join(number(value * scale) for value in values)} {unit}".strip()
        spread = said(min(self.values), max(self.values), between=" - ")
        bounds = [bound for bound in (self.floor, self.aim) if bound is not None]
        verdict = "**missed**" if self.met is False else self.verdict
        return (f"| {self.what} | {said(self.median, between='')} | "
                f"{spread if len(self.values) > 1 else ''} | "
                f"{said(*bounds, between=' / ') if bounds else ''} | {verdict} | "
                f"`{self.workload}` |")


def table(figures, broken, machine):
    """Markdown; `broken` are the names of workloads that did not come to their end."""
    lines = ["| figure | median | spread | floor / aim | | `make bench WORKLOAD=` |",
             "|---|---|---|---|---|---|"]
    lines += [figure.row() for figure in figures]
    lines += [f"| {name} did not come to its end | | | | **broken** | `{name}` |"
              for name in broken]
    facts = ", ".join(f"{name} {value}" for name, value in machine.items())
    return "\n".join(lines) + f"\n\n{facts}\n"
