"""People at their browsers: each signs in again and again, as fast as the answers come."""

import http.client
import threading
import time
import urllib.parse

LONGEST = 30


class Browser:
    """One person's browser: kept connections, and the cookies of each origin."""

    def __init__(self):
        self.connections = {}
        self.cookies = {}

    def request(self, method, address, form=None, **headers):
        """Follows no redirect. The status, the `Location` where there is one, and the body."""
        parts = urllib.parse.urlsplit(address)
        connection = self.connections.get(parts.netloc)
        if connection is None:
            connection = self.connections[parts.netloc] = http.client.HTTPConnection(parts.netloc, timeout=LONGEST)
        cookies = self.cookies.setdefault(parts.netloc, {})
        headers["Accept"] = "text/html,*/*;q=0.8"
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{parts.netloc}"}
        path = parts.path + ("?" + parts.query if parts.query else "")
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            if value and "max-age=0" not in line.lower():
                cookies[name] = value
            else:
                cookies.pop(name, None)
        location = answer.headers["Location"]
        return answer.status, location and urllib.parse.urljoin(address, location), text

    def forget(self, origin):
        """As if the browser had never been there."""
        self.cookies.pop(urllib.parse.urlsplit(origin).netloc, None)

    def sign_in_at_okta(self, org, person):
        """The session at Okta, which every sign-in of ours rests on."""
        status, _, _ = self.request(
            "POST", org.origin + "/login/login.htm", {"username": person["email"], "password": person["password"]}
        )
        if status != 303:
            raise SystemExit(f"error: {person['email']} could not sign in at the simulator: {status}")

    def close(self):
        for connection in self.connections.values():
            connection.close()


def together(browsers, journey, seconds):
    """Each browser makes one journey after the other until the time is up; how long each journey took, in
    milliseconds, and how long it took all of them."""
    taken, failures = [], []
    start = time.perf_counter()
    end = start + seconds

    def walk(browser):
        while time.perf_counter() < end and not failures:
            begun = time.perf_counter()
            try:
                journey(browser)
            except Exception as error:
                failures.append(error)
                return
            taken.append((time.perf_counter() - begun) * 1000)

    threads = [threading.Thread(target=walk, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit(f"error: a sign-in failed: {failures[0]}")
    return sorted(taken), time.perf_counter() - start
