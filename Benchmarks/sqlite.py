"""SQLite: a new file each time, the shell's own loader, and what is in the write-ahead log."""

import contextlib
import pathlib
import sqlite3
import struct
import tempfile
import urllib.parse

from programs import run_tool
from timus import Timus
from written import DIRECTORY, Written

# As Timus opens its connections.
PRAGMAS = [
    "PRAGMA journal_mode = WAL;",
    "PRAGMA synchronous = FULL;",
    "PRAGMA foreign_keys = ON;",
    "PRAGMA cache_size = -16000;",
]


# A page, and the table that it is of or of whose index.
TABLE_OF_PAGE = """
    SELECT pageno, coalesce(tbl_name, page.name) FROM dbstat AS page
    LEFT JOIN sqlite_schema AS thing ON thing.name = page.name
"""


class SQLite:
    name = "SQLite"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    @contextlib.contextmanager
    def new(self):
        with tempfile.TemporaryDirectory(prefix="timus-bench-") as folder:
            folder = pathlib.Path(folder)
            yield Timus(SQLiteDatabase(folder / "timus.sqlite"), folder)


class SQLiteDatabase:
    def __init__(self, path):
        self.location = path

    def query(self, sql):
        """The rows of a query, by a connection that only reads."""
        address = f"file:{urllib.parse.quote(str(self.location))}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            return connection.execute(sql).fetchall()

    def settle(self):
        """Nothing is left to do: the last connection that was closed has emptied the write-ahead log."""

    def export(self, folder):
        """The organisation and its directory as files for `load`, in the order of their keys."""
        for table in ["organisation", *DIRECTORY]:
            self._shell(".mode csv", f'.once "{folder / table}"', f"SELECT * FROM {table} ORDER BY 1, 2, 3;")

    def empty(self, folder):
        """Takes everything away but the organisation of the files, without which its directory has no place."""
        self._shell(
            "PRAGMA foreign_keys = ON;",
            "DELETE FROM organisation;",
            f'.import --csv "{folder / "organisation"}" organisation',
        )

    def load(self, folder):
        """`.import` of the directory in one transaction. It makes no NULL: what was none becomes an empty text."""
        imports = [f'.import --csv "{folder / table}" {table}' for table in DIRECTORY]
        return self._shell(*PRAGMAS, "BEGIN;", *imports, "COMMIT;")

    @contextlib.contextmanager
    def writing(self):
        """What is written in the block. A connection stays open meanwhile, so that nobody's is the last to be closed
        and the write-ahead log is still there to be read."""
        written = Written(None, {})
        with contextlib.closing(sqlite3.connect(self.location, timeout=10)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            yield written
            owners = dict(connection.execute(TABLE_OF_PAGE))
            for page, size in frames(pathlib.Path(f"{self.location}-wal")):
                table = owners.get(page, "free pages")
                written.kilobytes[table] = written.kilobytes.get(table, 0) + size / 1000

    def _shell(self, *lines):
        # The shell reads its lines from a file: as arguments they would have to do without `.import` in a transaction.
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write("\n".join(lines) + "\n")
            script.flush()
            return run_tool("sqlite3", "-bail", self.location, f".read {script.name}")


def frames(path):
    """The page number and the bytes of each frame that was written into a write-ahead log since it was last restarted.

    https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    """
    log = path.read_bytes() if path.exists() else b""
    if len(log) < 32:
        return
    page_size, salts = struct.unpack(">I", log[8:12])[0], log[16:24]
    for start in range(32, len(log) - page_size - 23, page_size + 24):
        if log[start + 8 : start + 16] != salts:
            return
        yield struct.unpack(">I", log[start : start + 4])[0], page_size + 24
