"""An HTTP server that misbehaves as told, for the tests of fetch-data. Standard library only.

    python3 http_faults.py FOLDER

serves the files of FOLDER as /FAULT/FILE on a free port of the loopback interface, and prints the port. The faults
are the methods of `Faults`. GET /log gives the requests so far, one a line: method, path, Range, If-Range. The server
ends with its standard input.
"""

import gzip
import http.server
import os
import sys
import threading
import time
import urllib.parse

folder = sys.argv[1]
log = []
seen = {}


class Faults:
    """Each fault answers one request for `content`; `n` counts the requests for its path, from 0."""

    def plain(self, request, content, n):
        request.send_range(content, '"tag"')

    def drop_once(self, request, content, n):
        request.send_range(content, '"tag"', stop_after=len(content) // 2 if n == 0 else None)

    def drop_often(self, request, content, n):
        request.send_range(content, '"tag"', stop_after=len(content) // 10)

    def drop_always(self, request, content, n):
        request.send_range(content, '"tag"', stop_after=0)

    def no_ranges(self, request, content, n):
        request.send_whole(content, '"tag"', stop_after=len(content) // 2 if n == 0 else None)

    def no_tag(self, request, content, n):
        request.send_range(content, None, stop_after=len(content) // 2 if n == 0 else None)

    def changed(self, request, content, n):
        # The first version differs; a well-behaved server then sends the whole new one.
        if n == 0:
            request.send_whole(bytes(len(content)), '"old"', stop_after=len(content) // 2)
        else:
            request.send_range(content, '"new"')

    def changed_stubborn(self, request, content, n):
        # Ignores If-Range and sends the rest of another file.
        if n == 0:
            request.send_whole(bytes(len(content)), '"old"', stop_after=len(content) // 2)
        else:
            request.headers.replace_header("If-Range", '"new"') if "If-Range" in request.headers else None
            request.send_range(content, '"new"')

    def changed_length(self, request, content, n):
        if n == 0:
            request.send_whole(bytes(len(content)), None, stop_after=len(content) // 2)
        else:
            request.send_range(content, None, claim=len(content) + 5)

    def longer(self, request, content, n):
        request.send_whole(content + b"more", '"tag"')

    def shorter(self, request, content, n):
        request.send_whole(content[:-10], '"tag"')

    def claims_more(self, request, content, n):
        request.send_whole(content, '"tag"', claim=len(content) + 100)

    def endless(self, request, content, n):
        request.send_response(200)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 65536)

    def no_length(self, request, content, n):
        request.send_response(200)
        request.end_headers()
        request.wfile.write(content)

    def stall(self, request, content, n):
        if n > 0:
            return request.send_range(content, '"tag"')
        request.send_whole(content, '"tag"', stop_after=len(content) // 2, pause=5)

    def hang(self, request, content, n):
        request.send_whole(content, '"tag"', stop_after=len(content) // 2, pause=100)

    def corrupt(self, request, content, n):
        request.send_range(bytes([content[0] ^ 1]) + content[1:], '"tag"')

    def redirect(self, request, content, n):
        request.send_redirect("/plain/" + request.name)

    def redirect_drop(self, request, content, n):
        request.send_redirect("/drop_once/" + request.name)

    def redirect_loop(self, request, content, n):
        request.send_redirect("/redirect_loop/" + request.name)

    def redirect_to_file(self, request, content, n):
        request.send_redirect("file://" + os.path.abspath(os.path.join(folder, request.name)))

    def missing(self, request, content, n):
        request.send_error(404)

    def forbidden(self, request, content, n):
        request.send_error(403)

    def password(self, request, content, n):
        request.send_challenge(401, "WWW-Authenticate")

    def proxy_password(self, request, content, n):
        request.send_challenge(407, "Proxy-Authenticate")

    def packed(self, request, content, n):
        request.send_packed(gzip.compress(content))

    def bomb(self, request, content, n):
        request.send_packed(gzip.compress(bytes(64 << 20)))

    def claims_huge(self, request, content, n):
        request.send_whole(content, '"tag"', claim=1 << 40)

    def drip(self, request, content, n):
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        for i in range(50):
            request.wfile.write(content[i : i + 1])
            time.sleep(0.2)

    def one_byte(self, request, content, n):
        request.send_range(content, '"tag"', stop_after=1)

    def redirect_endless(self, request, content, n):
        request.send_response(302)
        request.send_header("Location", "/plain/" + request.name)
        request.end_headers()
        while True:
            request.wfile.write(b"x" * 65536)

    def headers_endless(self, request, content, n):
        request.send_response(200)
        while True:
            request.wfile.write(b"X-Header: " + b"x" * 1000 + b"\r\n")

    def busy(self, request, content, n):
        request.send_range(content, '"tag"') if n >= 2 else request.send_busy(503)

    def too_many(self, request, content, n):
        request.send_range(content, '"tag"') if n >= 2 else request.send_busy(429)

    def always_busy(self, request, content, n):
        request.send_busy(503)

    def unsatisfiable(self, request, content, n):
        if n == 0:
            request.send_whole(content, '"tag"', stop_after=len(content) // 2)
        elif n == 1:
            request.send_error(416)
        else:
            request.send_range(content, '"tag"')

    def nonsense(self, request, content, n):
        request.wfile.write(b"this is not HTTP\r\n\r\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.close_connection = True
        path = urllib.parse.urlsplit(self.path).path  # a proxy is asked for whole addresses
        if path == "/log":
            return self.send_whole(("".join(line + "\n" for line in log)).encode(), None)
        log.append("\t".join(["GET", self.path, self.headers.get("Range", "-"), self.headers.get("If-Range", "-")]))
        fault, self.name = path.strip("/").split("/")
        with open(os.path.join(folder, self.name), "rb") as file:
            content = file.read()
        n = seen[path] = seen.get(path, -1) + 1
        getattr(Faults, fault)(None, self, content, n)

    def send_whole(self, content, tag, stop_after=None, claim=None, pause=0):
        self.send_response(200)
        self.send_body(content, tag, len(content) if claim is None else claim, stop_after, pause)

    def send_packed(self, content):
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_body(content, '"tag"', len(content), None, 0)

    def send_challenge(self, status, header):
        self.send_response(status)
        self.send_header(header, 'Basic realm="files"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_range(self, content, tag, stop_after=None, claim=None):
        wanted = self.headers.get("Range")
        if wanted is None or self.headers.get("If-Range", tag) != tag:
            return self.send_whole(content, tag, stop_after)
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if start >= len(content):
            return self.send_error(416)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{claim or len(content)}")
        self.send_body(content[start:], tag, len(content) - start, stop_after, 0)

    def send_body(self, content, tag, length, stop_after, pause):
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content if stop_after is None else content[:stop_after])
        self.wfile.flush()
        time.sleep(pause)

    def send_redirect(self, location):
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_busy(self, status):
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients hang up, as they should


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
server = Server(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
