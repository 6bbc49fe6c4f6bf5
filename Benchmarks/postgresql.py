"""PostgreSQL: a server in a temporary folder, COPY, and what is in the write-ahead log."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from programs import run_tool
from timus import Timus
from written import DIRECTORY, Written


class PostgreSQL:
    """A server of its own in a temporary folder, reached through a socket there."""

    name = "PostgreSQL"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="timus-bench-pg-"))
        # As root the server runs as Debian's user for it: PostgreSQL refuses to be root.
        self.account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.account:
            subprocess.run(["chown", "postgres", self.folder], check=True)
        versions = [path for path in pathlib.Path("/usr/lib/postgresql").glob("*") if path.name.isdigit()]
        if not versions:
            sys.exit("error: PostgreSQL is not installed\nhint: bin/setup test")
        self.programs = max(versions, key=lambda path: int(path.name)) / "bin"
        self.count = 0

    def __enter__(self):
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-sync")
        # As it comes from Debian, but that nobody else reaches it: fsync stays on.
        settings = f"-c listen_addresses= -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-o", settings, "-w", "start")
        return self

    def __exit__(self, *_):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        subprocess.run(["rm", "-rf", self.folder], check=True)

    @contextlib.contextmanager
    def new(self):
        """A new database, dropped after the block."""
        self.count += 1
        database = PostgreSQLDatabase(self, f"bench_{self.count}")
        self.run("createdb", "-h", self.folder, "-U", "postgres", database.name)
        with tempfile.TemporaryDirectory(prefix="timus-bench-") as folder:
            yield Timus(database, pathlib.Path(folder))
        self.run("dropdb", "--force", "-h", self.folder, "-U", "postgres", database.name)

    def run(self, program, *arguments):
        """What one of PostgreSQL's programs printed, run as the server's own user."""
        # A file, since the server keeps what pg_ctl hands it open, and a pipe would never end.
        with tempfile.TemporaryFile("w+") as log:
            done = subprocess.run(
                [*self.account, self.programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
            )
            log.seek(0)
            if done.returncode != 0:
                sys.exit(f"error: {program} failed: {log.read()}")
            return log.read()


class PostgreSQLDatabase:
    def __init__(self, server, name):
        self.server = server
        self.name = name
        self.location = f"postgresql:///{name}?host={server.folder}&user=postgres"

    def query(self, sql):
        """The rows of a query."""
        rows = self._psql(f"SELECT coalesce(json_agg(to_json(answer)), '[]') FROM ({sql}) answer").answer
        return [tuple(row.values()) for row in json.loads(rows)]

    def settle(self):
        """What the server would do in its own time is done: neither a checkpoint nor a vacuum falls into the next
        measurement."""
        self._psql("VACUUM (ANALYZE)", "CHECKPOINT")

    def export(self, folder):
        """The organisation and its directory as files for `load`, in the order of their keys."""
        for table in ["organisation", *DIRECTORY]:
            self._psql(f"\\copy (SELECT * FROM {table} ORDER BY 1, 2, 3) TO '{folder / table}'")

    def empty(self, folder):
        """Takes everything away but the organisation of the files, without which its directory has no place."""
        self._psql("DELETE FROM organisation", f"\\copy organisation FROM '{folder / 'organisation'}'")

    def load(self, folder):
        """`\\copy` of the directory in one transaction."""
        return self._psql(*(f"\\copy {table} FROM '{folder / table}'" for table in DIRECTORY), transaction=True)

    @contextlib.contextmanager
    def writing(self):
        """What is written in the block."""
        written = Written(None, {})
        rows, start = self._row_changes(), self._log_position()
        yield written
        end = self._log_position()
        written.rows = self._row_changes() - rows
        owners = {str(file): table for file, table in self.query(TABLE_OF_FILE)}
        database = self.query(f"SELECT oid::text FROM pg_database WHERE datname = '{self.name}'")[0][0]
        for line in self._log(start, end):
            record = re.search(r"len \(rec/tot\): +\d+/ +(\d+)", line)
            place = re.search(r"rel \d+/(\d+)/(\d+)", line)
            if not record or (place and place.group(1) != database):
                continue
            table = owners.get(place.group(2), "other tables") if place else "transactions"
            written.kilobytes[table] = written.kilobytes.get(table, 0) + int(record.group(1)) / 1000

    def _row_changes(self):
        """Rows of the directory's tables ever inserted, updated or deleted."""
        # The servers of connections that were just closed report a moment later.
        time.sleep(1)
        names = ", ".join(f"'{table}'" for table in DIRECTORY)
        changes = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables"
        return self.query(f"{changes} WHERE relname IN ({names})")[0][0]

    def _log_position(self):
        return self.query("SELECT pg_current_wal_flush_lsn()::text")[0][0]

    def _log(self, start, end):
        if start == end:
            return []
        folder = self.server.folder / "data" / "pg_wal"
        return self.server.run("pg_waldump", "-p", folder, "-s", start, "-e", end).splitlines()

    def _psql(self, *commands, transaction=False):
        words = [word for command in commands for word in ("-c", command)]
        return run_tool(
            self.server.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
            *(["--single-transaction"] if transaction else []),
            "-h", self.server.folder, "-U", "postgres", "-d", self.name, *words,
        )


# A relation's file, and the table that it is or is an index of.
TABLE_OF_FILE = """
    SELECT pg_relation_filenode(file.oid)::text AS file, coalesce(owner.relname, file.relname) AS name
    FROM pg_class file
    LEFT JOIN pg_index ON pg_index.indexrelid = file.oid
    LEFT JOIN pg_class owner ON owner.oid = pg_index.indrelid
    WHERE pg_relation_filenode(file.oid) IS NOT NULL
"""
