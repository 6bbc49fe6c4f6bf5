"""Tables in Markdown."""


def rows(head, lines):
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *lines])


def verdict(is_met):
    """The last cell of a row; empty where there is no goal."""
    return {None: "", True: "met", False: "**missed**"}[is_met]
