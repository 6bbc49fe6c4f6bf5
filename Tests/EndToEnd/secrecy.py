"""No secret, code or token in a log, an event or a database: every one that the suite plants is looked for, at its end, in all
that the programs wrote.

What is planted is noticed where it passes: in the settings that programs are started with, in what they answer when they
make a secret, in each request and answer of `requests`, and in each page of a browser.
"""

import base64
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import threading
import urllib.parse

# Shorter ones would be found everywhere by chance.
SHORTEST = 8
# The fields of forms, queries and JSON that hold one.
FIELDS = {
    "password", "new_password", "current_password", "code", "access_token", "refresh_token", "id_token", "device_code",
    "client_secret", "client_assertion", "api_token", "okta_client_secret", "okta_api_token", "webhook_secret", "token",
    "code_verifier", "totp_secret", "recovery_code", "csrf", "secret", "event_hook_secret",
}
# The settings that name a file with one.
FILES = {"--client-secret-file", "--api-token-file", "--password-file", "--smtp-password-file", "--token-file"}


class Secrecy:
    """What was planted, and where to look for it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.secrets = {}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="timus-said-"))
        self.count = 0
        # What was found in a server of databases before it ended.
        self.in_servers = []

    def plant(self, secret, what):
        """Notes a secret that no program may say or keep."""
        if isinstance(secret, str) and len(secret.strip()) >= SHORTEST and "\n" not in secret.strip():
            with self.lock:
                self.secrets.setdefault(secret.strip(), what)

    def plant_fields(self, value, what):
        """The secrets among the fields of an object as JSON gives it, however deep."""
        if isinstance(value, dict):
            for name, inner in value.items():
                if name.lower() in FIELDS:
                    self.plant(inner, f"{name} {what}")
                self.plant_fields(inner, what)
        elif isinstance(value, list):
            for inner in value:
                self.plant_fields(inner, what)

    def plant_form(self, text, what):
        for name, value in urllib.parse.parse_qsl(text or ""):
            if name.lower() in FIELDS:
                self.plant(value, f"{name} {what}")

    def plant_header(self, name, value, what):
        if name.lower() == "authorization":
            scheme, _, word = value.partition(" ")
            self.plant(word, f"{scheme} {what}")
            if scheme.lower() == "basic":
                pair = base64.b64decode(word + "==").decode(errors="replace")
                self.plant(urllib.parse.unquote(pair.partition(":")[2]), f"client secret {what}")
        elif name.lower() == "cookie":
            for pair in value.split(";"):
                cookie, _, word = pair.strip().partition("=")
                self.plant_cookie(cookie, word, what)

    def plant_cookie(self, name, value, what):
        """The session cookies of Timus and of its Okta."""
        plain = name.removeprefix("__Host-")
        if plain in ("timus", "timus-account", "sid", "okta-session") or plain.startswith("timus-try-"):
            self.plant(value, f"cookie {name} {what}")

    def plant_settings(self, arguments, input, what):
        """What a program is started with."""
        words = [str(word) for word in arguments]
        for flag, path in zip(words, words[1:]):
            if flag in FILES and path != "-" and os.path.isfile(path):
                self.plant(pathlib.Path(path).read_text(errors="replace").split("\n")[0], f"{flag} {what}")
        for line in (input or "").splitlines():
            self.plant(line, f"standard input {what}")

    def keep(self, name):
        """A new file for what a program says; it is looked through at the end."""
        with self.lock:
            self.count += 1
            return self.folder / f"{self.count:05}-{name.replace('/', '-')}"

    def said(self, name, text):
        if text:
            self.keep(name).write_text(text)

    def found(self, *places):
        """`(what, file)` for each planted secret in the files, and in the rows of the databases, of these folders."""
        patterns = {}
        for secret, what in self.secrets.items():
            patterns[secret] = what
            patterns.setdefault(urllib.parse.quote(secret, safe=""), what)
        if not patterns:
            return []
        with tempfile.TemporaryDirectory() as folder:
            list_of_them = pathlib.Path(folder) / "patterns"
            list_of_them.write_text("\n".join(patterns) + "\n")
            rows = pathlib.Path(folder) / "rows"
            rows.mkdir()
            files = [file for place in places for file in self._files(pathlib.Path(place))]
            names = {}
            for number, file in enumerate(files):
                if file.suffix == ".sqlite" and self._dump(file, rows / str(number)):
                    names[str(rows / str(number))] = f"{file} (rows)"
            return self._grep(list_of_them, [*map(str, files), *names], patterns, names)

    @staticmethod
    def _files(place):
        """The outputs, and of the folders of tests the databases: their other files are for secrets."""
        if place.is_file():
            return [place]
        kept = [path for path in place.rglob("*") if path.is_file()]
        return [
            path
            for path in kept
            if path.name.endswith((".sqlite", ".sqlite-wal", ".sqlite-journal", ".log", ".out", ".err", ".csv"))
            or "base" in path.parts
            or "pg_wal" in path.parts
        ]

    @staticmethod
    def _dump(database, file):
        """Writes the rows as text: in the file itself a long value is in pieces."""
        try:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection, open(file, "w") as out:
                connection.text_factory = lambda text: text.decode(errors="replace")
                for line in connection.iterdump():
                    out.write(line + "\n")
            return True
        except sqlite3.Error:
            return False

    @staticmethod
    def _grep(patterns_file, files, patterns, names):
        hits = set()
        for start in range(0, len(files), 500):
            command = ["grep", "-aFoH", "--null", "-f", patterns_file, *files[start : start + 500], "/dev/null"]
            answer = subprocess.run(command, capture_output=True, env={"LC_ALL": "C"})
            assert answer.returncode in (0, 1), answer.stderr
            for line in answer.stdout.decode(errors="replace").splitlines():
                file, _, secret = line.partition("\0")
                hits.add((patterns.get(secret, "a secret"), names.get(file, file)))
        return sorted(hits)


secrecy = Secrecy()


def watch_requests():
    """Notes what passes through `requests`."""
    import requests

    send = requests.Session.send

    def watched(session, request, **more):
        what = "of a request"
        for name, value in request.headers.items():
            secrecy.plant_header(name, value if isinstance(value, str) else value.decode(), what)
        body = request.body.decode(errors="replace") if isinstance(request.body, bytes) else request.body
        if isinstance(body, str):
            secrecy.plant_form(body, what)
        answer = send(session, request, **more)
        for name, value in answer.cookies.items():
            secrecy.plant_cookie(name, value, what)
        if "json" in answer.headers.get("Content-Type", "") and not more.get("stream"):
            try:
                secrecy.plant_fields(answer.json(), what)
            except ValueError:
                pass
        return answer

    requests.Session.send = watched


def watch_browsers():
    """Notes what passes through every page: the forms, the codes in addresses, and the cookies."""
    from playwright.sync_api import Browser

    new_context = Browser.new_context

    def watched(browser, *arguments, **more):
        context = new_context(browser, *arguments, **more)

        def note(request):
            secrecy.plant_form(urllib.parse.urlsplit(request.url).query, "of a browser")
            if request.method == "POST":
                secrecy.plant_form(request.post_data, "of a browser")

        context.on("request", note)
        close = context.close

        def closed(*arguments, **more):
            for cookie in context.cookies():
                secrecy.plant_cookie(cookie["name"], cookie["value"], "of a browser")
            return close(*arguments, **more)

        context.close = closed
        return context

    Browser.new_context = watched
