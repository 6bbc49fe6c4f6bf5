"""Timus Manager, as a browser asks for it."""

import re
import time

import requests

RUNS = "/settings/integrations/okta/sync-runs"


class Manager:
    def __init__(self, origin, email, password):
        self.origin = origin.rstrip("/")
        self.session = requests.Session()
        self.session.headers["Sec-Fetch-Site"] = "same-origin"
        self.post("/sign-in", {"email": email, "next": ""})
        self.post("/sign-in/password", {"email": email, "password": password, "next": ""})
        self.get("/users")

    def get(self, path):
        answer = self.session.get(self.origin + path, timeout=60)
        if answer.status_code != 200 or "/sign-in" in answer.url:
            raise SystemExit(f"error: {path} answered {answer.status_code} at {answer.url}")
        return answer

    def post(self, path, form):
        answer = self.session.post(self.origin + path, data=form, timeout=60)
        if answer.status_code != 200:
            raise SystemExit(f"error: {path} answered {answer.status_code}")
        return answer

    def measure(self, path, times):
        """The milliseconds that each of `times` requests took, and the kilobytes of the page."""
        size = len(self.get(path).content) / 1000
        return [self._milliseconds(path) for _ in range(times)], size

    def sync(self):
        """Presses *Sync now* and looks at the run's page until it is done.

        Returns the seconds, the requests to Okta that the page names, and the milliseconds of each look.
        """
        before = self.runs()
        form = self.get("/settings/integrations/okta").text
        csrf = re.search(r'name="csrf" value="([^"]+)"', form).group(1)
        start = time.perf_counter()
        self.post(RUNS, {"csrf": csrf})
        while not (new := self.runs() - before):
            time.sleep(0.02)
        page = f"{RUNS}/{new.pop()}"
        looks = []
        while "What it did" not in (text := self.get(page).text):
            looks.append(self._milliseconds("/users"))
            time.sleep(0.05)
        seconds = time.perf_counter() - start
        if ">Failed<" in text:
            raise SystemExit(f"error: the synchronization failed; see {page}")
        count = re.search(r"([0-9,.\u202f\u00a0 ]+) requests? to Okta", text).group(1)
        return seconds, int(re.sub(r"\D", "", count)), looks

    def runs(self):
        """The ids of the synchronizations in the history."""
        return set(re.findall(RUNS + r"/(\w+)", self.get(RUNS).text))

    def _milliseconds(self, path):
        start = time.perf_counter()
        self.get(path)
        return (time.perf_counter() - start) * 1000
