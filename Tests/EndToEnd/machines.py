"""Machines that are network namespaces, on an internet of their own. Each has its own mounts: its /run, with the sockets of
wireguard-go, and the certificate that it trusts. Nothing of them is left when the internet ends, whatever happened.
"""

import contextlib
import ctypes
import os
import pathlib
import re
import signal
import subprocess
import time
import weakref

import requests

import programs
from programs import SigningIn, Started

CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# Before the holder says that it is ready.
MOUNTS = f"""
mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/wireguard && mount --bind "$1" {CERTIFICATES} && echo ready && exec cat
"""
NETWORK = 0x40000000  # CLONE_NEWNET
libc = ctypes.CDLL(None, use_errno=True)


class Internet:
    """A switch without a router: every machine on it reaches every other, and nothing else."""

    def __init__(self, certificate):
        """- certificate: the file with what its machines trust."""
        self.certificate = certificate
        self.prefix = f"timus-{os.getpid()}-{id(self) % 0xFFFF:x}-"
        self.machines = []

    def __enter__(self):
        sweep()
        try:
            self.switch = self.machine("internet")
            self.switch.ip("link", "add", "lan", "type", "bridge")
            self.switch.ip("link", "set", "lan", "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for machine in reversed(self.machines):
            machine.end()
        self.machines.clear()

    def machine(self, name, address=None):
        machine = Machine(self.prefix + name, self.certificate)
        self.machines.append(machine)
        machine.start()
        if address:
            self.connect(machine, address)
        return machine

    def connect(self, machine, address):
        """Gives the machine its `eth0`."""
        port = f"p{len(self.machines)}"
        machine.cable("eth0", self.switch, port)
        self.switch.ip("link", "set", port, "master", "lan", "up")
        machine.ip("address", "add", f"{address}/24", "dev", "eth0")
        machine.ip("link", "set", "eth0", "up")
        machine.address = address


class Machine:
    """A network namespace whose programs have mounts of their own."""

    def __init__(self, name, certificate):
        self.name = name
        self.certificate = certificate
        self.address = None
        self.holder = None

    def start(self):
        command(["ip", "netns", "add", self.name])
        self.holder = subprocess.Popen(
            ["ip", "netns", "exec", self.name, "sh", "-c", MOUNTS, "sh", str(self.certificate)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.holder.stdout.readline() == "ready\n", f"no machine {self.name}"
        # IPv6 would say things of its own.
        self.write("/proc/sys/net/ipv6/conf/all/disable_ipv6", 1)
        self.ip("link", "set", "lo", "up")

    def end(self):
        for number in range(200):
            found = processes_in(self.name)
            for process in found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            if self.holder:
                self.holder.poll()
            if not found:
                break
            time.sleep(0.01)
        if self.holder:
            self.holder.wait()
            self.holder.stdin.close()
            self.holder.stdout.close()
        subprocess.run(["ip", "netns", "delete", self.name], capture_output=True)

    @property
    def within(self):
        """What starts a program here. It becomes that program, so that a signal to it is one to the program."""
        return ["nsenter", f"--net=/run/netns/{self.name}", f"--mount=/proc/{self.holder.pid}/ns/mnt", "--"]

    def run(self, *words, input=None, check=True, timeout=60):
        """What a tool of the system says."""
        return command([*self.within, *map(str, words)], input=input, check=check, timeout=timeout)

    def ip(self, *words):
        return self.run("ip", *words)

    def popen(self, *words, **more):
        return subprocess.Popen([*self.within, *map(str, words)], **more)

    def program(self, name, *arguments, **more):
        """Runs one of our programs to its end."""
        return programs.run(name, *arguments, within=self.within, **more)

    def running(self, name, *arguments, **more):
        return programs.Running(name, *arguments, within=self.within, **more)

    def started(self, name, *arguments, **more):
        return Started(name, *arguments, within=self.within, **more)

    def signing_in(self, email, *arguments, server, home):
        return SigningIn(email, *arguments, server=server, home=home, within=self.within)

    def write(self, path, value):
        self.run("sh", "-c", f"echo {value} > {path}")

    def cable(self, port, other, other_port):
        """Lays a cable to another machine."""
        command(["ip", "link", "add", port, "netns", self.name, "type", "veth", "peer", "name", other_port,
                 "netns", other.name])  # fmt: skip

    def unplug(self):
        self.ip("link", "set", "eth0", "down")

    def plug(self):
        self.ip("link", "set", "eth0", "up")

    def interfaces(self):
        return re.findall(r"^\d+: ([^:@]+)", self.ip("-o", "link"), re.MULTILINE)

    def processes(self, name):
        """The ids of its processes of that name."""
        found = processes_in(self.name)
        return [process for process in found if _name_of(process) == name[:15]]

    @contextlib.contextmanager
    def network(self):
        """Sockets that this thread makes meanwhile are this machine's."""
        with open("/proc/thread-self/ns/net") as before, open(f"/run/netns/{self.name}") as here:
            _enter(here.fileno())
            try:
                yield
            finally:
                _enter(before.fileno())


class Http(requests.Session):
    """Requests from a machine, or from one that `place(request)` names: it trusts what the machines trust."""

    all = weakref.WeakSet()

    def __init__(self, place, certificate):
        super().__init__()
        self.place = place if callable(place) else lambda request: place
        # Else REQUESTS_CA_BUNDLE of whoever runs the tests counts for more than `verify`.
        self.trust_env = False
        self.verify = str(certificate)
        Http.all.add(self)

    @classmethod
    def close_all(cls):
        """Lets go of every connection, so that a server that ends waits for none."""
        for session in cls.all:
            session.close()

    def send(self, request, **more):
        with self.place(request).network():
            return super().send(request, **more)


def command(words, input=None, check=True, timeout=60):
    done = subprocess.run(words, input=input, capture_output=True, text=True, timeout=timeout)
    assert not check or done.returncode == 0, f"{' '.join(map(str, words))}: {done.stderr}{done.stdout}"
    return done.stdout


def sweep():
    """Takes away what was left by tests that were killed themselves."""
    for path in pathlib.Path("/run/netns").glob("timus-*-*"):
        process = path.name.split("-")[1]
        if process.isdigit() and not pathlib.Path(f"/proc/{process}").exists():
            Machine(path.name, None).end()


def processes_in(name):
    """The ids of the processes in that network namespace."""
    try:
        namespace = os.stat(f"/run/netns/{name}").st_ino
    except FileNotFoundError:
        return []
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.stat(f"/proc/{process}/ns/net").st_ino == namespace and int(process) != os.getpid():
                found.append(int(process))
    return found


def _name_of(process):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{process}/comm").read_text().strip()


def _enter(descriptor):
    if libc.setns(descriptor, NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "setns")
