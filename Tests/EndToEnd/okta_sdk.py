"""Okta's own SDK for Python, unmodified, pointed at the simulator."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlparse

from okta.client import Client


def client(org, token=None):
    return Client(
        {
            "orgUrl": org["okta"],
            "token": token or org["okta_api_token"],
            "rateLimit": {"maxRetries": 0},
        }
    )


def finished(work):
    """What the coroutine answers. It runs in a thread of its own, since Playwright keeps an event loop in ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def cursor(response):
    """The `after` of the next page; the SDK keeps only the last of several Link headers, which is `next`."""
    link = response.headers.get("Link") or response.headers.get("link") or ""
    for part in link.split(","):
        if 'rel="next"' in part:
            return parse_qs(urlparse(part[part.index("<") + 1 : part.index(">")]).query)["after"][0]
    return None
