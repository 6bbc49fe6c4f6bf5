"""The programs under test, run as a user runs them: real processes on loopback."""

import json
import os
import pathlib
import re
import select
import signal
import subprocess
import time

import requests

from secrecy import secrecy

ROOT = pathlib.Path(__file__).resolve().parents[2]
# How many times longer than usual a program may take, on a machine that has much else to do.
PATIENCE = float(os.environ.get("TIMUS_TEST_PATIENCE", 1))
BIN = pathlib.Path(os.environ.get("TIMUS_BIN", ROOT / ".build/debug"))


def environment(**more):
    """The environment of a program: ours without any TIMUS_ setting of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIMUS_")}
    return kept | {"LANG": "C.UTF-8"} | {name: str(value) for name, value in more.items()}


def eventually(condition, timeout=120):
    """What `condition` answers once that is true; it is asked again until then."""
    end = time.monotonic() + timeout * PATIENCE
    while not (answer := condition()):
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
    return answer


def says_a_secret(program, arguments):
    """Whether the answer of a command is a secret that it made, or one of an org or a demo that exists for this."""
    words = [str(word) for word in arguments]
    return (
        program == "okta-simulator"
        or words[:1] == ["demo"]
        or words[:2] in (["sites", "add-gateway"], ["gateways", "add"], ["gateways", "new-code"], ["notifications", "webhook"])
        or words[:3] == ["okta", "event-hook", "new"]
        or program == "timus-gateway"
    )


def keep(program, arguments, out, err):
    """Keeps what a program said, to be looked through at the end (`secrecy`)."""
    name = "-".join([program, *[str(word) for word in arguments[:2] if not str(word).startswith("/")]]).replace("/", "_")
    if says_a_secret(program, arguments):
        # Of a gateway that is printed as JSON the code alone is secret.
        code = re.search(r'^  "code" : "([^"]+)"', out or "", re.M)
        for text in [code[1]] if code else (out or "").splitlines():
            secrecy.plant(text, f"answer of {name}")
    else:
        secrecy.said(f"{name}.out", out)
    secrecy.said(f"{name}.err", err)


class Result:
    """How a command ended: its exit code, its answer and the rest."""

    def __init__(self, completed):
        self.code = completed.returncode
        self.out = completed.stdout
        self.err = completed.stderr

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"exit {self.code}\nstdout: {self.out}\nstderr: {self.err}"


def run(program, *arguments, input=None, timeout=60, within=(), **env):
    """Runs a command to its end.

    - within: what starts it in another place than here: `Machine.within`.
    """
    secrecy.plant_settings(arguments, input, f"for {program}")
    result = Result(
        subprocess.run(
            [*within, BIN / program, *map(str, arguments)],
            input=input,
            capture_output=True,
            text=True,
            timeout=timeout * PATIENCE,
            env=environment(**env),
        )
    )
    keep(program, arguments, result.out, result.err)
    return result


class Running:
    """A program that stays, with the line of JSON that it printed when it was ready."""

    def __init__(self, program, *arguments, timeout=60, within=(), **env):
        secrecy.plant_settings(arguments, None, f"for {program}")
        # Files, so that a program that says much is not stopped by a pipe that nobody reads.
        self.log = secrecy.keep(f"{program}-{arguments[0] if arguments else ''}.err")
        self.process = subprocess.Popen(
            [*within, BIN / program, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=open(self.log, "w"),
            text=True,
            env=environment(**env),
        )
        self.process.stderr = open(self.log)
        self.ready = json.loads(self._first_line(timeout))
        secrecy.plant_fields(self.ready, f"of {program}")

    def _first_line(self, timeout):
        end = time.monotonic() + timeout * PATIENCE
        while time.monotonic() < end:
            if select.select([self.process.stdout], [], [], 0.2)[0]:
                line = self.process.stdout.readline()
                if line:
                    return line
            if self.process.poll() is not None:
                break
        self.process.kill()
        raise AssertionError(f"not ready: {self.process.stderr.read()}")

    def __getitem__(self, name):
        return self.ready[name]

    def end(self):
        """Ends it as an operator does, and returns its exit code and the seconds it took."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=15 * PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._keep()
        return code, time.monotonic() - start

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15 * PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self._keep()

    def _keep(self):
        if not self.process.stdout.closed:
            secrecy.said("rest.out", self.process.stdout.read())
            self.process.stdout.close()
            self.process.stderr.close()


class Started:
    """A command while it runs."""

    def __init__(self, program, *arguments, within=(), **env):
        self.words = (program, arguments)
        secrecy.plant_settings(arguments, None, f"for {program}")
        self.process = subprocess.Popen(
            [*within, BIN / program, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(**env),
        )

    def result(self, timeout=300):
        out, err = self.process.communicate(timeout=timeout * PATIENCE)
        keep(*self.words, out, err)
        return Result(subprocess.CompletedProcess(self.process.args, self.process.returncode, out, err))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            keep(*self.words, *self.process.communicate())


class SigningIn(Started):
    """`timus-connect sign-in` while it waits for the browser: the address that it printed and its match code."""

    def __init__(self, email, *arguments, server, home, within=()):
        words = ["sign-in", email, "--no-browser", "--json", "--server", server, *arguments]
        super().__init__("timus-connect", *words, within=within, TIMUS_CONNECT_HOME=home)
        self.notes = []
        for line in self.process.stderr:
            self.notes.append(line.rstrip("\n"))
            if line.startswith("http"):
                break
        else:
            raise AssertionError(f"no address to open: {self.notes}")
        self.address = self.notes[-1]
        self.match_code = self.notes[-2].split()[-1].rstrip(":")


class Demo(Running):
    """`timus demo` in a folder of its own, with the commands on its database and Okta's API beside it."""

    def __init__(self, folder, *arguments):
        self.database = folder / "timus.sqlite"
        super().__init__("timus", "demo", "--port", 0, "--okta-port", 0, "--data", folder, "--json", *arguments)
        self.okta_api = OktaAPI(self["okta"], self["okta_api_token"])

    def timus(self, *arguments, **more):
        return run("timus", *arguments, TIMUS_DATABASE=self.database, TIMUS_ALLOW_LOCAL_OKTA=1, **more)

    def sync(self):
        result = self.timus("sync", "--json")
        assert result.code == 0, result
        return result.json

    def password_of(self, email):
        return next(user["password"] for user in self["users"] if user["email"] == email)


class OktaAPI:
    """What an administrator's script does in Okta."""

    def __init__(self, origin, token):
        self.origin = origin
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"SSWS {token}"

    def __call__(self, method, path, **more):
        answer = self.session.request(method, f"{self.origin}/api/v1/{path}", timeout=30, **more)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def pages(self, path):
        """All items of a list, and the number of pages that they took."""
        items, count, address = [], 0, f"{self.origin}/api/v1/{path}"
        while address:
            answer = self.session.get(address, timeout=30)
            assert answer.ok, answer.text
            items += answer.json()
            count += 1
            address = answer.links.get("next", {}).get("url")
        return items, count

    def group(self, name):
        return next(group["id"] for group in self.pages("groups?limit=200")[0] if group["profile"]["name"] == name)

    def app(self, label):
        return next(app["id"] for app in self("GET", "apps") if app["label"] == label)

    def user(self, login):
        return self("GET", f"users/{login}")["id"]

    def lifecycle(self, login, action):
        return self("POST", f"users/{self.user(login)}/lifecycle/{action}")
