"""A row of the table of `bin/bench sync`."""

import dataclasses


@dataclasses.dataclass
class Row:
    """- is_met: None where there is no goal."""

    measure: str
    measured: str
    goal: str = ""
    is_met: bool | None = None


def seconds(values):
    """A median with its range: `1.52 s (1.49–1.60)`."""
    text = f"{median(values):.2f} s"
    return text if len(values) == 1 else f"{text} ({min(values):.2f}–{max(values):.2f})"


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
