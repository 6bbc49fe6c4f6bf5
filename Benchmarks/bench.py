"""`bin/bench`: which of them to run. README.md says what each figure is."""

import argparse
import json
import sys

import pages
import readme
import revocation
import sign_in
import sync

WHAT = {
    "sync": (sync, "time, requests, memory and writes of synchronizations, beside what they could be at best"),
    "pages": (pages, "Timus Manager's pages, and the synchronization of a smaller org"),
    "revocation": (revocation, "from a change in Okta to the last packet through, and what the tunnels cost"),
    "sign-in": (sign_in, "sign-ins, session checks and the first screen, beside Apache with mod_auth_openidc"),
}


def main():
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measures Timus against an Okta simulator.")
    words = parser.add_subparsers(dest="what", required=True, metavar="|".join(WHAT))
    for name, (bench, help) in WHAT.items():
        options = words.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
        bench.add_options(options)
        options.add_argument("--json", action="store_true", help="print JSON instead of tables")
        options.add_argument("--save", action="store_true", help="put the tables into Benchmarks/README.md")
    options = parser.parse_args()
    options.command = " ".join(["bin/bench", *sys.argv[1:]])
    options.note = lambda words: print(words, file=sys.stderr, flush=True)
    bench, _ = WHAT[options.what]
    figures = bench.measure(options)
    print(json.dumps(figures, indent=2, ensure_ascii=False) if options.json else bench.table(figures))
    if options.save:
        readme.save(options.what, bench.save(figures))


main()
