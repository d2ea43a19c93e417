"""A process beside the launcher, which ends what a killed launcher leaves behind."""

import os
import signal
import time

PATIENCE = 10.0


class Guard:
    """Told of every child. Its pipe closes with the launcher, however that ends; what then still runs is ended."""

    def __init__(self) -> None:
        reading, self._pipe = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._pipe)
            os.setsid()  # Ctrl-C is for the launcher
            _keep_watch(reading)
            os._exit(0)
        os.close(reading)

    def watch(self, leader: int) -> None:
        os.write(self._pipe, f"{leader}\n".encode())

    def forget(self, leader: int) -> None:
        """An ended child's number may soon belong to a stranger."""
        os.write(self._pipe, f"-{leader}\n".encode())

    def dismiss(self) -> None:
        os.close(self._pipe)
        os.waitpid(self._process, 0)


def end(leaders: set[int], *, patience: float) -> None:
    """Ask every leader of a process group to stop; after a while, stop the groups."""
    for leader in leaders:
        send(os.kill, leader, signal.SIGTERM)
    until = time.monotonic() + patience
    while time.monotonic() < until and any(send(os.killpg, leader, 0) for leader in leaders):
        time.sleep(0.1)
    for leader in leaders:
        send(os.killpg, leader, signal.SIGKILL)


def send(to, process: int, number: int) -> bool:
    """Whether there was somebody to hear it."""
    try:
        to(process, number)
    except ProcessLookupError:
        return False
    return True


def _keep_watch(reading: int) -> None:
    with os.fdopen(reading) as told:
        leaders: set[int] = set()
        for line in told:  # to the end of the pipe, which is the end of the launcher
            number = int(line)
            if number > 0:
                leaders.add(number)
            else:
                leaders.discard(-number)
    end(leaders, patience=PATIENCE)
