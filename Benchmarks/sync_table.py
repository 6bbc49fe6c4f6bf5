"""The figures of `bin/bench sync` as Markdown, each beside its goal."""

from markdown import rows, verdict


def table(results):
    lines = [
        [row["measure"], row["measured"], row["goal"], verdict(row["is_met"])]
        for result in results.values()
        for row in result["rows"]
    ]
    return "\n\n".join([*headings(results), rows(["measure", "measured", "goal", ""], lines)])


def headings(results):
    """A paragraph for each run that rows come from; `--save` with `--only` keeps the other rows as they were."""
    names = {}
    for name, result in results.items():
        names.setdefault(heading(result), []).append(f"*{name}*")
    if len(names) == 1:
        return list(names)
    return [f"{', '.join(named)}: {text}" for text, named in names.items()]


def heading(result):
    machine, size = result["machine"], result["size"]
    groups = "every group chosen, Everyone too" if size["everyone"] else "every group but Everyone chosen"
    return (
        f"{machine['date']}, `{result['command']}`: {size['users']:,} users, {size['groups']:,} groups, "
        f"{size['memberships']:,} memberships, {groups}, {size['connections']} connections, {size['runs']} runs, "
        f"{result['build']} build, {machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, load {machine['load_before']} before the run."
    )
