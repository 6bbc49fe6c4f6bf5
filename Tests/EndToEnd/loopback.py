"""The part of a native program that waits on this machine for the browser (RFC 8252 §7.3)."""

import http.server
import queue
import threading


class Loopback:
    """Listens on a free port of 127.0.0.1, answers everything with one page, and keeps the paths that were asked for."""

    def __init__(self, page="You may close this page."):
        paths = self.paths = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path != "/favicon.ico":
                    paths.put(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def redirect_uri(self):
        return f"http://127.0.0.1:{self.port}/callback"

    def answer(self, timeout=20):
        """The whole address by which the browser came back."""
        return f"http://127.0.0.1:{self.port}{self.paths.get(timeout=timeout)}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
