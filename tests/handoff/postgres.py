"""A PostgreSQL server of our own for the tests: a private cluster in a temporary folder, reached by TCP and socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.handoff.servers import free_port

START_WITHIN_S = 30.0
# The server refuses to run as root; with root we lend it one of these.
UNPRIVILEGED = ("postgres", "nobody")


def server_binaries() -> Path | None:
    """The newest installed server: Debian keeps it out of PATH, others do not."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("postgres")
    return Path(found).resolve().parent if found and shutil.which("initdb") else None


class Postgres:
    """A running server. `url(name)` makes an empty database."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._user = next((pwd.getpwnam(name) for name in UNPRIVILEGED if _exists(name)), None)
        self._folder = Path(tempfile.mkdtemp(prefix="xiaoqiao-pg-"))
        self._port = free_port()
        if os.geteuid() == 0 and self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        try:
            # ICU and syncing to disk would only cost time here.
            self._run("initdb", "-D", "data", "-U", "xiaoqiao", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale")
            self._server = self._start("postgres", "-D", "data", "-k", str(self._folder), "-p", str(self._port), "-F")
            self._wait()
        except BaseException:
            self.stop()
            raise

    def url(self, name: str) -> str:
        """An empty database, as SQLAlchemy writes it."""
        self._sql(f'DROP DATABASE IF EXISTS "{name}"')
        self._sql(f'CREATE DATABASE "{name}"')
        return f"postgresql+asyncpg://xiaoqiao@127.0.0.1:{self._port}/{name}"

    def stop(self) -> None:
        """End it and remove its data."""
        server: subprocess.Popen[bytes] | None = getattr(self, "_server", None)
        if server is not None and server.poll() is None:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait(self) -> None:
        give_up_at = time.monotonic() + START_WITHIN_S
        while time.monotonic() < give_up_at:
            if self._server.poll() is not None:
                break
            try:
                self._sql("SELECT 1")
                return
            except subprocess.CalledProcessError:
                time.sleep(0.1)
        raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text(errors='replace')}")

    def _sql(self, statement: str) -> None:
        self._run("psql", "-h", str(self._folder), "-p", str(self._port), "-U", "xiaoqiao", "-c", statement, "postgres")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True, timeout=60, **self._as_user())

    def _start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("wb") as log:
            command = [str(self._binaries / program), *arguments]
            return subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log, **self._as_user())

    def _as_user(self) -> dict[str, object]:
        if os.geteuid() != 0 or self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
