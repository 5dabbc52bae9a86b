"""What was measured beside what: one row a server and a measure, as JSON and as a Markdown table.

A row keeps all its runs. `ours` says how ours compares: 2 is twice as good as the peer, by time or
by rate, and under 1 we are behind; it is the median of the ratios of the turns.
"""

import json
import statistics

OURS = ("Carillon", "this tree")  # as server and version

class Comparison:
    def __init__(self):
        self.rows = []
        self.notes = {}

    def add(self, measure, unit, runs, lower_is_better):
        """`runs`: the values of all turns by (server, version), OURS among them."""
        for (server, version), values in runs.items():
            pairs = zip(values, runs[OURS])
            ratios = [theirs / mine if lower_is_better else mine / theirs
                      for theirs, mine in pairs]
            row = {"measure": measure, "unit": unit, "server": server, "version": version,
                   "median": statistics.median(values), "min": min(values), "max": max(values),
                   "ours": statistics.median(ratios), "runs": values}
            self.rows.append(row)
            print(f"peer {measure.replace(' ', '_')} {server.replace(' ', '_')} "
                  f"{row['median']:.4g} {unit} ours {row['ours']:.2f}", flush=True)

    def write(self, file):
        text = json.dumps({"rows": self.rows, "notes": self.notes}, indent=2)
        file.with_suffix(".json").write_text(text + "\n")
        file.with_suffix(".md").write_text(self.markdown())

    def markdown(self):
        lines = []
        for measure in dict.fromkeys(row["measure"] for row in self.rows):
            rows = [row for row in self.rows if row["measure"] == measure]
            lines += [f"**{measure}** ({rows[0]['unit']})", "",
                      "| | version | median | spread | ours is |", "|---|---|---|---|---|"]
            for row in rows:
                lines.append(f"| {row['server']} | {row['version']} | {amount(row['median'])} | "
                             f"{amount(row['min'])}-{amount(row['max'])} | {compared(row)} |")
            lines.append("")
        return "\n".join(lines)


def amount(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def compared(row):
    if row["server"] == OURS[0]:
        return "-"
    ours = row["ours"]
    text = f"{ours:,.0f}" if ours >= 100 else f"{ours:.3g}"
    return f"{text} x" if ours >= 1 else f"**{text} x, behind**"
