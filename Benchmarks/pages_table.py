"""The figures of `bin/bench pages` as Markdown, each beside its goal."""

from markdown import rows, verdict

# Issue 2, "Sizes".
SYNC_SECONDS = 10
SERVER_MB = 300
PAGE_MS = 100


def table(figures):
    machine, size = figures["machine"], figures["size"]
    parts = [
        f"{machine['date']}, `{figures['command']}`: {size['users']:,} users and {size['groups']:,} groups beside "
        f"Everyone, every group chosen, {figures['build']} build, {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, {machine['system']}, load {machine['load_before']} before the run. "
        "Server and simulator share the machine."
    ]
    for name, database in figures["databases"].items():
        parts.append(f"### {name}")
        parts.append(rows(["", "measured", "goal", ""], sync_rows(database)))
        pages = database["server"]["pages"]
        parts.append(
            rows(
                ["page", "median ms", "p95 ms", "kB", f"goal: < {PAGE_MS} ms"],
                [
                    [f"`{path}`", f"{page['median_ms']:.1f}", f"{page['p95_ms']:.1f}", f"{page['kb']:.0f}",
                     verdict(page["p95_ms"] < PAGE_MS)]
                    for path, page in pages.items()
                ],
            )
        )
    return "\n\n".join(parts)


def sync_rows(database):
    shell, server = database["command_line"], database["server"]
    download, read = shell["download"], shell["read"]
    first, again = shell["first_sync"], shell["unchanged_sync"]
    seconds_goal = f"< {SYNC_SECONDS} s"
    memory_goal = f"< {SERVER_MB} MB"

    def sync(words, run):
        return [words, f"{run['seconds']:.2f} s (CPU {run['cpu_seconds']:.2f} s)", seconds_goal,
                verdict(run["seconds"] < SYNC_SECONDS)]

    def memory(words, megabytes):
        return [words, f"{megabytes:.0f} MB", memory_goal, verdict(megabytes < SERVER_MB)]

    lines = [
        ["read from Okta", f"{read['users']:,} users, {read['groups']:,} groups, {read['memberships']:,} memberships",
         "", ""],
        ["download of the same pages",
         f"{download['seconds']:.2f} s, {download['megabytes']:.1f} MB, by {download['by']}", "", ""],
        ["requests of a first sync", f"{first['requests']}", f"{download['requests']}",
         verdict(first["requests"] == download["requests"])],
        ["requests of an unchanged sync", f"{again['requests']}", f"{download['requests']}",
         verdict(again["requests"] == download["requests"])],
        sync("`timus sync`, first", first),
        ["… ÷ download", f"{shell['ratio_to_download']:.2f}", "", ""],
        sync("`timus sync`, unchanged", again),
        memory("`timus sync`, peak memory", max(first["peak_mb"], again["peak_mb"])),
        ["`timus users --json`", f"{shell['users_listed']['seconds']:.2f} s, {shell['users_listed']['peak_mb']:.0f} MB",
         "", ""],
        sync("*Sync now*, first", server["first_sync"]),
        sync("*Sync now*, unchanged", server["unchanged_sync"]),
    ]
    if meanwhile := server["first_sync"].get("users_page_meanwhile_ms"):
        lines.append(["`/users` during the first sync",
                      f"median {meanwhile['median']:.1f} ms, slowest {meanwhile['slowest']:.1f} ms", "", ""])
    peak = server["peak_mb"]
    return lines + [
        ["server, peak memory when started", f"{peak['started']:.0f} MB", "", ""],
        memory("server, peak memory after a sign-in", peak["sign_in"]),
        memory("server, peak memory after the first sync", peak["first_sync"]),
        memory("server, peak memory after the second sync", peak["unchanged_sync"]),
        memory("server, peak memory after the pages", peak["pages"]),
        memory("server, peak memory after two sign-ins at once", peak["two_sign_ins"]),
        ["server, memory at the end", f"{server['mb_at_the_end']:.0f} MB", "", ""],
    ]
