"""Web servers as the portal starts them, and a small client that keeps its connections."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from tests.bench.surroundings import ROOT, tree_cpu

CONNECTIONS = 8
OPTIONS = ("--interface", "wsgi", "--workers", "2", "--blocking-threads", "1", "--no-ws", "--log-level", "warning")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@contextlib.contextmanager
def served(target: str, port: int, **environment: str) -> Iterator[subprocess.Popen]:
    """granian with the options of the portal's launcher, ready to answer."""
    command = [sys.executable, "-m", "granian", *OPTIONS, "--host", "127.0.0.1", "--port", str(port), target]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdin=subprocess.DEVNULL, stdout=2)
    try:
        until = time.monotonic() + 60
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{target} does not serve")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def asking(path: str, port: int, **headers: str) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def fetched(path: str, port: int, **headers: str) -> tuple[bytes, bytes]:
    """One answer: its head and its body, as they came over the wire."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(asking(path, port, **headers))
        return _answer(connection)


def cost(server: subprocess.Popen, port: int, count: int, request: Callable[[int], bytes], status: bytes) -> float:
    """Microseconds of the server's processor time a request. Connections are asked in turn and all kept busy."""
    with contextlib.ExitStack() as stack:
        connections = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(CONNECTIONS)
        ]
        before = tree_cpu(server.pid)
        for turn in range(0, count, CONNECTIONS):
            for place, connection in enumerate(connections):
                connection.sendall(request(turn + place))
            for connection in connections:
                head, _body = _answer(connection)
                if head.split(b" ", 2)[1] != status:
                    raise SystemExit(f"expected {status!r}, got {head!r}")
        return (tree_cpu(server.pid) - before) / count * 1e6


def _answer(connection: socket.socket) -> tuple[bytes, bytes]:
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    head = bytes(received[: end + 4])
    body = received[end + 4 :]
    length = 0 if head.split(b" ", 2)[1] == b"304" else _length(head)
    while len(body) < length:
        body += _more(connection)
    return head, bytes(body)


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(1 << 16)
    if not part:
        raise SystemExit("the server hung up")
    return part


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise SystemExit(f"an answer without a length: {head!r}")
