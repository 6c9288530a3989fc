"""Small real servers on loopback that speak as somebody else's would, well or badly."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

Reply = tuple[int, dict[str, str], bytes]


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hangs up is what some tests are about."""


class Stranger:
    """An HTTP server that answers as a function says, and remembers what it was sent."""

    def __init__(self, reply: Callable[[str, dict[str, str], bytes], Reply], port: int = 0) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.callers = set[tuple[str, int]]()  # by the port that each connection came from
        stranger = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                stranger.callers.add(self.client_address)
                stranger.requests.append((f"{self.command} {self.path}", headers, body))
                status, more, content = reply(self.path, headers, body)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **more}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = answer

            def log_message(self, format: str, *args: object) -> None:
                """Nobody reads it."""

        self._server = Server(("127.0.0.1", port), Handler)
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.named = f"127.0.0.1:{self.port}"

    def speak_tls(self, context: ssl.SSLContext) -> None:
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def raw(parts: Iterable[bytes], pause_s: float = 0.0) -> Iterator[tuple[int, list[bytes]]]:
    """A server that sends these bytes to each caller, whatever it hears; its port and callers."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = listener.accept()
                threading.Thread(target=send, args=(caller,), daemon=True).start()

    def send(caller: socket.socket) -> None:
        with caller, contextlib.suppress(OSError):
            heard.append(caller.recv(65536))
            for part in parts:
                caller.sendall(part)
                time.sleep(pause_s)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield int(listener.getsockname()[1]), heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
