"""The sites of a lab: each with a host, and gateways that lead there."""

from programs import eventually
from traffic import Host


class Site:
    """A site: its network with a host, and its gateways."""

    def __init__(self, lab, name, network, masquerades):
        self.lab = lab
        self.name = name
        self.range = f"{network}.0.0/16"
        self.network = network
        self.masquerades = masquerades
        self.address = f"{network}.0.10"
        self.gateways = []
        lab.timus("sites", "add", name, self.range)
        self.machine = lab.internet.machine(f"{name.lower()}-host")
        self.machine.ip("link", "add", "lan", "type", "bridge")
        self.machine.ip("link", "set", "lan", "up")
        self.machine.ip("address", "add", f"{self.address}/16", "dev", "lan")
        self.host = Host(self.machine, lab.folder, "lan")

    def add_gateway(self, name, address):
        gateway = Gateway(self, name, address, f"{self.network}.0.{len(self.gateways) + 1}")
        self.gateways.append(gateway)
        if not self.masquerades:
            self.machine.ip("route", "add", "100.64.0.0/10", "via", gateway.inside)
        return gateway


class Gateway:
    """A machine between the internet and a site, with `timus-gateway` on it."""

    def __init__(self, site, name, address, inside):
        self.site = site
        self.lab = site.lab
        self.name = name
        self.inside = inside
        self.endpoint = f"{address}:51820"
        self.state = self.lab.folder / f"gateway-{name}"
        self.process = None
        self.machine = self.lab.internet.machine(name.lower(), address)
        port = f"p{len(site.gateways) + 1}"
        self.machine.cable("eth1", site.machine, port)
        site.machine.ip("link", "set", port, "master", "lan", "up")
        self.machine.ip("address", "add", f"{inside}/16", "dev", "eth1")
        self.machine.ip("link", "set", "eth1", "up")

    def enrol(self, code=None):
        if code is None:
            words = ["sites", "add-gateway", self.site.name, "--endpoint", self.endpoint, "--name", self.name, "--json"]
            code = self.lab.timus(*words).json["code"]
        self.enrolled = self.program(
            "enrol", "--server", self.lab.origin, "--code", "-", "--ca-file", self.lab.certificate, "--json",
            *([] if self.site.masquerades else ["--no-masquerade"]), input=code + "\n",
        )  # fmt: skip
        return self.enrolled

    def enrol_anew(self):
        """Another machine in its place: the same endpoint, another key."""
        self.stop()
        enrolled = self.enrol(self.lab.timus("gateways", "new-code", self.name, "--json").json["code"])
        assert enrolled.code == 0, enrolled
        self.start()
        eventually(self.is_up, timeout=15)

    def program(self, command, *arguments, **more):
        return self.machine.program("timus-gateway", command, "--state", self.state, *arguments, **more)

    def start(self):
        self.process = self.machine.running("timus-gateway", "run", "--state", self.state, "--json")
        return self

    def stop(self, signal_number=None):
        if self.process:
            if signal_number:
                self.process.process.send_signal(signal_number)
                self.process.process.wait()
            self.process.__exit__()
            self.process = None

    @property
    def status(self):
        return self.program("status", "--json").json

    def is_up(self):
        """Whether it has in force what the server says."""
        status = self.status.get("status")
        return bool(status and status["server_reachable"] and status.get("revision") == status.get("revision_in_force"))
