"""Traffic that is counted packet by packet. As a program it is one end of it, on the machine on which it is started:

    traffic.py host                                     answers: echo by UDP, an endless download, connections that are idle
    traffic.py user HOST ECHO DOWNLOAD IDLE             uses all three, from these three ports of its own
    traffic.py stream HOST PORT INTERVAL                sends from that port, without listening

Imported, it has what a test makes of that: `Host`, `Flows`, and the packets that reached the host (`Capture`).
"""

import json
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time

ECHO, DOWNLOAD, IDLE = 7000, 8000, 8001
# Of the echo; and of each piece of the download, which is so small that it takes no time from the programs under test.
INTERVAL = 0.01
PIECE = 8_192
# Linux's, of a packet that nobody has forwarded yet.
WHOLE_TTL = 64


class Host:
    """The other end of all traffic, and what it gets of it."""

    def __init__(self, machine, folder, interface):
        self.machine = machine
        self.file = folder / f"{machine.name}.pcap"
        self.process = machine.popen(
            sys.executable, __file__, "host", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline() == "ready\n"
        self.interface = interface
        self.start_capture()

    def start_capture(self):
        ports = f"udp dst port {ECHO} or tcp dst port {DOWNLOAD} or tcp dst port {IDLE} or icmp"
        self.capture = self.machine.popen(
            "tcpdump", "-i", self.interface, "-n", "-s", 64, "-B", 16384, "--immediate-mode", "-U", "-Z", "root",
            "-w", self.file, ports, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        while "listening on" not in (line := self.capture.stderr.readline()):
            assert line, "tcpdump did not start"

    def packets(self):
        """`(time in seconds since 1970, source address, source port)` of each packet so far; port 0 is ICMP."""
        return list(packets(self.file.read_bytes()))

    def forget(self):
        """Lets go of the packets so far, which a long measurement would read again and again."""
        self.end_capture()
        self.start_capture()

    def end_capture(self):
        self.capture.kill()
        self.capture.wait()
        self.capture.stderr.close()

    def end(self):
        self.end_capture()
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Flows:
    """What one user does meanwhile: an echo each 10 ms, an established download, an idle connection."""

    ports = 20_000

    def __init__(self, machine, host):
        Flows.ports += 3
        self.ports = range(Flows.ports, Flows.ports + 3)
        self.process = machine.popen(
            sys.executable, __file__, "user", host, *self.ports,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.result = None

    def wait(self):
        """Until all three work."""
        assert self.process.stdout.readline() == "ready\n", "no traffic through the tunnel"
        return self

    def speak(self):
        """The idle connection says something from now on."""
        self.process.stdin.write("speak\n")
        self.process.stdin.flush()

    def end(self):
        """Times in seconds since 1970: `sent` and `received` of each echo, by its number; `read`, of each piece of the download."""
        if self.result is None:
            self.process.send_signal(signal.SIGTERM)
            out, _ = self.process.communicate(timeout=20)
            self.result = json.loads(out)
        return self.result

    def lost(self, before):
        """The numbers of the echoes that were sent before that time and did not come back."""
        result = self.end()
        return [number for number, at in enumerate(result["sent"]) if at < before and str(number) not in result["received"]]

    def longest_pause(self):
        """Seconds in which the download stood still."""
        times = self.end()["read"]
        return max(later - earlier for earlier, later in zip(times, times[1:]))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def packets(data):
    """Reads a file of tcpdump's: Ethernet, IPv4. What a gateway says for itself is left out, such as its RST to a host that goes on
    sending into a flow that the gateway has forgotten: only what came to it from a user has one hop behind it.
    """
    if len(data) < 24:
        return
    scale = {0xA1B2C3D4: 1e-6, 0xA1B23C4D: 1e-9}[struct.unpack_from("<I", data)[0]]
    offset = 24
    while offset + 16 <= len(data):
        seconds, fraction, kept, _ = struct.unpack_from("<IIII", data, offset)
        packet = data[offset + 16 : offset + 16 + kept]
        offset += 16 + kept
        if len(packet) < kept or packet[12:14] != b"\x08\x00" or packet[22] == WHOLE_TTL:
            continue
        start = 14 + (packet[14] & 15) * 4
        port = 0 if packet[23] == 1 else struct.unpack_from(">H", packet, start)[0]
        yield seconds + fraction * scale, socket.inet_ntoa(packet[26:30]), port


def answer():
    """The host."""
    selector = selectors.DefaultSelector()
    echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    echo.bind(("", ECHO))
    selector.register(echo, selectors.EVENT_READ, "echo")
    for port in (DOWNLOAD, IDLE):
        listener = socket.create_server(("", port), backlog=64)
        selector.register(listener, selectors.EVENT_READ, port)
    selector.register(sys.stdin, selectors.EVENT_READ, "end")
    downloads, piece = set(), b"x" * PIECE
    print("ready", flush=True)
    due = time.monotonic()
    while True:
        for key, _ in selector.select(max(due - time.monotonic(), 0)):
            if key.data == "end":
                return
            if key.data == "echo":
                data, sender = echo.recvfrom(2048)
                echo.sendto(data, sender)
            elif key.data in (DOWNLOAD, IDLE):
                connection, _ = key.fileobj.accept()
                connection.setblocking(False)
                if key.data == DOWNLOAD:
                    downloads.add(connection)
                selector.register(connection, selectors.EVENT_READ, "connection")
            else:
                forget = False
                try:
                    forget = not key.fileobj.recv(65536)
                except OSError:
                    forget = True
                if forget:
                    selector.unregister(key.fileobj)
                    downloads.discard(key.fileobj)
                    key.fileobj.close()
        if time.monotonic() >= due:
            due += INTERVAL
            for connection in list(downloads):
                try:
                    connection.send(piece)
                except BlockingIOError:
                    pass
                except OSError:
                    downloads.discard(connection)


def use(host, echo_port, download_port, idle_port):
    """The user."""
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    selector = selectors.DefaultSelector()
    echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    echo.bind(("", echo_port))
    download = socket.create_connection((host, DOWNLOAD), timeout=10, source_address=("", download_port))
    idle = socket.create_connection((host, IDLE), timeout=10, source_address=("", idle_port))
    for stream in (echo, download, idle):
        stream.setblocking(False)
    selector.register(echo, selectors.EVENT_READ, "echo")
    selector.register(download, selectors.EVENT_READ, "download")
    selector.register(sys.stdin, selectors.EVENT_READ, "speak")
    sent, received, read = [], {}, []
    speaks = is_ready = False
    due = time.monotonic()
    while not ended:
        for key, _ in selector.select(max(due - time.monotonic(), 0)):
            try:
                if key.data == "speak":
                    speaks = True
                    selector.unregister(sys.stdin)
                elif key.data == "echo":
                    received.setdefault(struct.unpack("!Q", echo.recv(2048)[:8])[0], time.time())
                elif download.recv(1 << 18):
                    read.append(time.time())
                else:
                    selector.unregister(download)
            except OSError:
                if key.data == "download":
                    selector.unregister(download)
        if time.monotonic() >= due:
            due += INTERVAL
            # An address that is not there, or no way to it, is what a user who was cut off may meet.
            try:
                sent.append(time.time())
                echo.sendto(struct.pack("!Q", len(sent) - 1) + b"-" * 56, (host, ECHO))
            except OSError:
                pass
            if speaks:
                try:
                    idle.send(b"!")
                except OSError:
                    pass
            if not is_ready and received and len(read) > 3:
                is_ready = True
                print("ready", flush=True)
    print(json.dumps({"sent": sent, "received": received, "read": read}))


def stream(host, port, interval):
    """Packets at even times, whatever becomes of them."""
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.bind(("", port))
    due = time.monotonic()
    while True:
        try:
            out.sendto(b"-" * 64, (host, ECHO))
        except OSError:
            pass
        due += interval
        time.sleep(max(0, due - time.monotonic()))


if __name__ == "__main__":
    if sys.argv[1] == "host":
        answer()
    elif sys.argv[1] == "stream":
        stream(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
    else:
        use(sys.argv[2], *map(int, sys.argv[3:]))
