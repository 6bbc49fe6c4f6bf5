"""The programs that are measured, run as an operator runs them, and what they took."""

import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ.get("TIMUS_BIN", ".build/release"))


def environment(**more):
    """Ours, without any TIMUS_ setting of whoever runs the benchmark."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIMUS_")}
    return kept | {"LANG": "C.UTF-8"} | {name: str(value) for name, value in more.items()}


@dataclasses.dataclass
class Command:
    """A command that has ended: its answer, and what it took."""

    answer: str
    seconds: float
    cpu_seconds: float
    peak_megabytes: float

    @property
    def json(self):
        return json.loads(self.answer)


def run(program, *arguments, **env):
    """Runs a command of ours to its end; one that fails ends the benchmark."""
    return run_tool(BIN / program, *arguments, **env)


def run_tool(tool, *arguments, **env):
    """Runs any program to its end; one that fails ends the benchmark."""
    with (
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        tempfile.NamedTemporaryFile("r") as peak,
    ):
        # A process of Python's has Python's own peak for a start, so something small starts the program.
        measure = ["/usr/bin/time", "--quiet", "--format=%M", f"--output={peak.name}"]
        start = time.perf_counter()
        process = subprocess.Popen(
            [*measure, tool, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=environment(**env),
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            words = " ".join([pathlib.Path(tool).name, *map(str, arguments[:3])])
            sys.exit(f"error: {words} failed: {err.read()}{out.read()}")
        return Command(out.read(), seconds, usage.ru_utime + usage.ru_stime, int(peak.read()) / 1024)


class Server:
    """A program that stays until the block ends, with the line of JSON that it printed when it was ready."""

    def __init__(self, program, *arguments, **env):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [BIN / program, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment(**env),
        )
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            sys.exit(f"error: {program} did not start: {self.said}")
        self.ready = json.loads(line)

    def __getitem__(self, name):
        return self.ready[name]

    def wait_until(self, condition, longest, every):
        """Asks `condition` each `every` seconds until it holds; a server that ends meanwhile ends the benchmark."""
        end = time.monotonic() + longest
        while not condition():
            if self.process.poll() is not None:
                sys.exit(f"error: the server ended: {self.said}")
            if time.monotonic() > end:
                sys.exit(f"error: the server has not done its work in {longest} s: {self.said}")
            time.sleep(every)

    @property
    def said(self):
        """All that it wrote to stderr so far."""
        return pathlib.Path(f"/proc/self/fd/{self.log.fileno()}").read_text()

    @property
    def peak_megabytes(self):
        """The most memory that it had so far (VmHWM)."""
        return self._status("VmHWM")

    @property
    def megabytes(self):
        return self._status("VmRSS")

    def _status(self, name):
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name + ":")) / 1024

    @property
    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()
