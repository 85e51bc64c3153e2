"""The HTTP server: one thread a connection, one request a connection."""

import logging
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from appliances.simulator import routes
from appliances.simulator.messages import Request, Response
from appliances.simulator.park import Park

log = logging.getLogger("simulator")
LARGEST_BODY = 64 * 1024 * 1024


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], park: Park):
        self.park = park
        super().__init__(address, Handler)

    def handle_error(self, request, client_address) -> None:
        log.debug("connection of %s ended early", client_address, exc_info=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Apache"
    sys_version = ""
    timeout = 60
    server: Server

    def _serve(self) -> None:
        self.close_connection = True
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= LARGEST_BODY:
            self.send_error(413)
            return
        response = self._answer(self.rfile.read(length))
        if response.delay:
            time.sleep(response.delay)
        if response.drop:
            self._drop(response.drop)
            return
        self._send(response)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve

    def _answer(self, body: bytes) -> Response:
        address = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=unquote(address.path),
            query_string=address.query,
            headers={key.lower(): value for key, value in self.headers.items()},
            body=body,
            address=self.client_address[0],
            host=_host(self.headers.get("Host", "")),
        )
        try:
            return routes.answer(self.server.park, request)
        except Exception:
            log.exception("%s %s failed", self.command, address.path)
            return Response(500, b"The simulator itself failed; see its log.", "text/plain")

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        headers = {
            "Content-Type": response.content_type,
            "Content-Length": str(len(response.body)),
            "Connection": "close",
            "Cache-Control": "no-store",
            "X-Frame-Options": "SAMEORIGIN",
            "X-Content-Type-Options": "nosniff",
        } | response.headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def _drop(self, how: str) -> None:
        """Ends the connection without a byte: a reset, or an orderly close."""
        if how == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args) -> None:
        log.debug(format, *args)


def _host(header: str) -> str:
    """The name of a Host header without the port; brackets of an IPv6 address are taken off."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower().rstrip(".")
