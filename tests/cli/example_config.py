"""Writes deploy/carillon.toml's text from what `carillon help settings` says:

    python3 tests/cli/example_config.py PATH/TO/carillon > deploy/carillon.toml
"""

import re
import subprocess
import sys
import textwrap

HEAD = """\
# Settings of a Carillon server, each with its default. `carillon help NAME` explains one.
# Read once at start, as --config FILE; --set NAME=VALUE on the command line wins over this file.
# Limits are off at 0; `--profile own` switches off those marked [vendor limit].
"""


def settings(program):
    """Name, default, unit, whether it is a vendor's limit, and help, in the program's order."""
    text = subprocess.run([program, "help", "settings"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    lines = iter(text.splitlines())
    for line in lines:
        name, rest = line.split(" = ", 1)
        help_text = next(lines).strip()
        vendor = "[vendor limit" in rest
        value, _, unit = rest.split("   [")[0].partition(" ")
        if not re.fullmatch(r"[0-9]+|\(empty\)", value):  # a text of several words
            value, unit = f"{value} {unit}".strip(), ""
        yield name, "" if value == "(empty)" else value, unit, vendor, help_text


def written(name, value, help_text):
    if re.fullmatch(r"[0-9]+", value):
        return value
    if value:
        return '"%s"' % value
    # What takes several values has a name in the plural.
    return "[]" if name.endswith("s") and name != "bus" else '""'


def render(program):
    plain, tables = [], {}
    for name, value, unit, vendor, help_text in settings(program):
        table, _, short = name.rpartition(".")
        note = help_text + (" [vendor limit]" if vendor else "")
        entry = ["# " + line for line in textwrap.wrap(note, 96)]
        unit = "  # " + unit if unit else ""
        entry.append("# %s = %s%s" % (short, written(name, value, help_text), unit))
        (tables.setdefault(table, []) if table else plain).extend(entry + [""])
    out = [HEAD] + plain
    for table, entries in tables.items():
        out += ["[%s]" % table, ""] + entries
    return "\n".join(out).rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.stdout.write(render(sys.argv[1]))
