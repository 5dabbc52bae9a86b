#!/usr/bin/env python3
"""Draws how the cost grows with users, batches and sockets, from a results.json, as SVG by hand.

  bench/charts.py RESULTS.json FOLDER

A chart is a row of panels, one a quantity; a panel has lines over the same x axis, and their values
in words, for points may lie close. A point is the median of a figure, its bar the spread of the
runs. A line whose figures are not in the results is left out, and so is a panel without lines.
Colours follow the reader's light or dark scheme.
"""

import dataclasses
import json
import math
import pathlib
import re
import statistics
import sys

PANEL_WIDTH, HEIGHT, TOP = 290, 304, 60
LEFT, RIGHT, PLOT_TOP, PLOT_BOTTOM = 50, 22, 118, 250  # of a panel's plot, from the panel's edges

STYLE = """
 .ground { fill: #ffffff }
 text { font: 12px system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #57606a }
 .title { font-size: 16px; font-weight: 600; fill: #1f2328 }
 .panel { font-size: 13px; font-weight: 600; fill: #1f2328 }
 .grid { stroke: #d8dee4; stroke-width: 1 }
 .axis { stroke: #8c959f; stroke-width: 1 }
 .line { fill: none; stroke-width: 2; stroke-linejoin: round }
 .spread { stroke-width: 1.5 }
 .s0 { stroke: #0969da } .d0 { fill: #0969da }
 .s1 { stroke: #bc4c00 } .d1 { fill: #bc4c00 }
 @media (prefers-color-scheme: dark) {
  .ground { fill: #0d1117 }
  text { fill: #9198a1 }
  .title, .panel { fill: #e6edf3 }
  .grid { stroke: #2a313c } .axis { stroke: #656c76 }
  .s0 { stroke: #58a6ff } .d0 { fill: #58a6ff }
  .s1 { stroke: #f0883e } .d1 { fill: #f0883e }
 }
"""


@dataclasses.dataclass
class Panel:
    title: str
    unit: str
    lines: dict  # the figures' names, with * for x -> what the legend says


@dataclasses.dataclass
class Chart:
    name: str
    title: str
    x_label: str
    panels: list


CHARTS = [
    Chart("users", "What an organisation costs", "users", [
        Panel("Start-up", "s", {"start_seconds_*": ""}),
        Panel("Resident memory", "MB", {"rss_mb_*": ""}),
        Panel("On disk", "MB", {"disk_mb_*": ""})]),
    Chart("batches", "What batches cost, with a million users", "batches sent", [
        Panel("Inbox page of twenty, warm", "ms", {"inbox_page_p50_ms_*": "median",
                                                   "inbox_page_p99_ms_*": "p99"}),
        Panel("Resident memory", "MB", {"inbox_rss_mb_*": ""})]),
    Chart("sockets", "What signed-in sockets cost", "sockets", [
        Panel("One message, time to the last", "ms", {
            "live_time_to_last_ms_*": "ours", "live_one_shot_*_last_ms": "ours",
            "live_one_shot_*_last_bare_ms": "bare send() loop"}),
        Panel("Memory of an idle socket", "KiB", {"live_socket_kib_*": ""})]),
]


def points_of(values, pattern):
    """(x, median, least, greatest) of the figures whose names fit, by x."""
    out = []
    for name, runs in values.items():
        match = re.fullmatch(pattern.replace("*", r"(\d+)"), name)
        if match:
            out.append((int(match[1]), statistics.median(runs), min(runs), max(runs)))
    return sorted(out)


def step_of(top, ticks=4):
    """A round distance between grid lines."""
    raw = top / ticks or 1
    power = 10 ** math.floor(math.log10(raw))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw)


def short(x):
    """100000 as 100k."""
    for size, suffix in ((1_000_000, "M"), (1000, "k")):
        if x >= size:
            return f"{x / size:g}{suffix}"
    return f"{x:g}"


def value_text(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def text(x, y, words, css="", anchor="middle"):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    css = f' class="{css}"' if css else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{css}>{words}</text>'


def line(x1, y1, x2, y2, css):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}"/>'


def draw_panel(panel, series, x_label, left):
    """`series` is a list of (legend, points)."""
    plot_left, plot_right = left + LEFT, left + PANEL_WIDTH - RIGHT
    x_top = max(point[0] for _, points in series for point in points) or 1
    y_most = max(point[3] for _, points in series for point in points)
    step = step_of(y_most * 1.1)
    y_top = step * math.ceil(y_most * 1.1 / step)

    def x_of(x):
        return plot_left + (plot_right - plot_left) * x / x_top

    def y_of(y):
        return PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * y / y_top

    out = [text(plot_left - 38, TOP, f"{panel.title}, {panel.unit}", "panel", "start")]
    for tick in range(round(y_top / step) + 1):
        y = y_of(tick * step)
        out.append(line(plot_left, y, plot_right, y, "grid" if tick else "axis"))
        out.append(text(plot_left - 7, y + 4, f"{tick * step:g}", "", "end"))
    for x in sorted({point[0] for _, points in series for point in points}):
        out.append(line(x_of(x), PLOT_BOTTOM, x_of(x), PLOT_BOTTOM + 4, "axis"))
        out.append(text(x_of(x), PLOT_BOTTOM + 18, short(x)))
    out.append(text((plot_left + plot_right) / 2, PLOT_BOTTOM + 38, x_label))
    for number, (legend, points) in enumerate(series):
        y = TOP + 20 + 17 * number
        medians = ", ".join(value_text(median) for _, median, _, _ in points)
        out.append(f'<circle cx="{plot_left - 34}" cy="{y - 4}" r="4" class="d{number}"/>')
        out.append(text(plot_left - 24, y, f"{legend} {medians}".strip(), "", "start"))
        path = " ".join(f"{x_of(x):.1f},{y_of(y):.1f}" for x, y, _, _ in points)
        out.append(f'<polyline points="{path}" class="line s{number}"/>')
        for x, median, least, most in points:
            out.append(line(x_of(x), y_of(least), x_of(x), y_of(most), f"spread s{number}"))
            out.append(f'<circle cx="{x_of(x):.1f}" cy="{y_of(median):.1f}" r="3.5" '
                       f'class="d{number}"/>')
    return out


def draw_chart(chart, values):
    """The SVG, or None where no line has two points."""
    panels = []
    for panel in chart.panels:
        series = [(legend, points_of(values, pattern)) for pattern, legend in panel.lines.items()]
        series = [(legend, points) for legend, points in series if len(points) > 1]
        if series:
            panels.append((panel, series))
    if not panels:
        return None
    width = PANEL_WIDTH * len(panels)
    names = ", ".join(f"{panel.title.lower()} in {panel.unit}" for panel, _ in panels)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
           f'width="{width}" height="{HEIGHT}" role="img">',
           f"<title>{chart.title}</title>",
           f"<desc>{names}, over the number of {chart.x_label}</desc>",
           f"<style>{STYLE}</style>",
           f'<rect class="ground" width="{width}" height="{HEIGHT}" rx="6"/>',
           text(12, 28, chart.title, "title", "start")]
    for number, (panel, series) in enumerate(panels):
        out += draw_panel(panel, series, chart.x_label, number * PANEL_WIDTH)
    return "\n".join(out) + "\n</svg>\n"


def draw(results_file, folder):
    results = json.loads(pathlib.Path(results_file).read_text())
    values = {name: value if isinstance(value, list) else [value]
              for name, value in results["details"].items()}
    values |= {figure["name"]: figure["values"] for figure in results["figures"]}
    folder.mkdir(parents=True, exist_ok=True)
    for chart in CHARTS:
        svg = draw_chart(chart, values)
        if svg:
            (folder / f"{chart.name}.svg").write_text(svg)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    draw(sys.argv[1], pathlib.Path(sys.argv[2]))
