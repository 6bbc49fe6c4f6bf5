"""README.md, in which the tables of the last runs stand between marks."""

import pathlib

PATH = pathlib.Path(__file__).with_name("README.md")


def save(name, text):
    """Puts `text` in the place of the last run of `bin/bench {name}`."""
    begin, end = f"<!-- bin/bench {name} --save writes from here -->\n", f"<!-- to here: bin/bench {name} -->\n"
    before, found, rest = PATH.read_text().partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise SystemExit(f"error: {PATH} has no place for the tables of bin/bench {name}")
    PATH.write_text(f"{before}{begin}\n{text}\n\n{end}{after}")
