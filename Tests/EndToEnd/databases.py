"""The two kinds of database, each in a folder of its own: a new one, a copy of one, and PostgreSQL as a server."""

import os
import pathlib
import shutil
import subprocess
import tempfile


class SQLite:
    name = "SQLite"

    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    def new(self):
        """Where a new database is to be made."""
        self.count += 1
        folder = self.folder / f"database-{self.count}"
        folder.mkdir()
        return folder / "timus.sqlite"

    def copy(self, location):
        """A copy of a database that nobody has open."""
        copy = self.new()
        for file in location.parent.glob(location.name + "*"):
            shutil.copy(file, copy.parent / file.name)
        return copy

    def drop(self, location):
        shutil.rmtree(location.parent)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class PostgreSQL:
    """A server of its own, reached through a socket in its folder."""

    name = "PostgreSQL"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="timus-pg-"))
        # As root the server runs as Debian's user for it: PostgreSQL refuses to be root.
        self.account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.account:
            shutil.chown(self.folder, "postgres")
        versions = pathlib.Path("/usr/lib/postgresql").glob("[0-9]*")
        self.programs = max(versions, key=lambda path: int(path.name)) / "bin"
        self.count = 0

    def __enter__(self):
        self.run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-sync")
        self.control("start")
        return self

    def __exit__(self, *_):
        self.control("stop")
        shutil.rmtree(self.folder)

    def new(self):
        return self._create()

    def copy(self, location):
        return self._create("--template", _name(location))

    def drop(self, location):
        self.run("dropdb", "--force", "-h", self.folder, "-U", "postgres", _name(location))

    def control(self, what):
        """`start`, `stop` and `restart`, the latter two without a word to whoever is connected."""
        settings = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c max_connections=200 -c fsync=off"
        mode = [] if what == "start" else ["-m", "immediate"]
        log = self.folder / "log"
        self.run("pg_ctl", "-D", self.folder / "data", "-l", log, "-o", settings, "-w", *mode, what)

    def _create(self, *options):
        self.count += 1
        name = f"timus_{self.count}"
        self.run("createdb", "-h", self.folder, "-U", "postgres", *options, name)
        return f"postgresql:///{name}?host={self.folder}&user=postgres"

    def run(self, program, *arguments):
        # A file, since the server keeps what pg_ctl hands it open, and a pipe would never end.
        with tempfile.TemporaryFile("w+") as said:
            command = [*self.account, self.programs / program, *map(str, arguments)]
            code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/").returncode
            said.seek(0)
            assert code == 0, said.read()


def _name(location):
    return location.removeprefix("postgresql:///").partition("?")[0]
