"""One open stream of `gateway_server`."""

import queue


class GatewayStream:
    """Answers the request: from here on, lines that another thread says."""

    def __init__(self, request):
        self.request = request
        self.lines = queue.Queue()
        request.close_connection = True
        request.send_response(200)
        request.send_header("Content-Type", "application/x-ndjson")
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()

    def say(self, text):
        self.lines.put(text.encode())

    def end(self):
        self.lines.put(None)

    def run(self, pause, in_a_pause):
        """Sends what is said until the end, and the next of `in_a_pause`, if it is one, when nothing was for `pause` seconds."""
        while True:
            try:
                line = self.lines.get(timeout=pause)
            except queue.Empty:
                if (text := next(in_a_pause)) is None:
                    continue
                line = text.encode()
            if line is None:
                self.request.wfile.write(b"0\r\n\r\n")
                return
            self.request.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            self.request.wfile.flush()
