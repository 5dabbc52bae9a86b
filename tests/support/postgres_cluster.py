"""A PostgreSQL server of the tests' own: a new cluster in a temporary folder, reached by a socket in
it, ended and removed with the object. Unless it is durable it trusts its disk too much (no fsync):
for tests only.

As root the server runs as `postgres` or `nobody`, because it refuses to run as root.
"""
import ctypes
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

PR_SET_PDEATHSIG = 1


def find_programs():
    for folder in sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda name: "/15/" not in name):
        if os.path.exists(os.path.join(folder, "initdb")):
            return folder
    found = shutil.which("initdb")
    if not found:
        raise RuntimeError("PostgreSQL's initdb is not installed: make test-deps")
    return os.path.dirname(found)


def server_user():
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("there is no user to run PostgreSQL as")


class PostgresCluster:
    def __init__(self, settings=(), durable=False, inside=None, environment=None):
        """`environment`: more variables for the server, e.g. to give it another clock."""
        self.programs = find_programs()
        self.settings = list(settings)
        if not durable:
            self.settings += ["fsync=off", "full_page_writes=off", "shared_buffers=32MB"]
        self.folder = tempfile.mkdtemp(prefix="carillon-postgres-", dir=inside)
        self.user = server_user()
        self.environment = dict(os.environ, **(environment or {}))
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
            os.chmod(self.folder, 0o711)
        self.data = os.path.join(self.folder, "data")
        self.log = os.path.join(self.folder, "log")
        self.server = None
        self.schemas = 0
        try:
            self.run(["initdb", "-D", self.data, "-U", "carillon", "-A", "trust", "-E", "UTF8",
                      "--locale=C", "--no-sync"]).wait()
            self.start()
        except BaseException:
            self.remove()
            raise

    def become_user(self):
        if self.user:
            os.initgroups(self.user.pw_name, self.user.pw_gid)
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

    def run(self, command, environment=None):
        with open(self.log, "ab") as log:
            return subprocess.Popen([os.path.join(self.programs, command[0]), *command[1:]],
                                    stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    cwd=self.folder, env=environment,
                                    preexec_fn=self.become_user)

    def start(self):
        more = [word for setting in self.settings for word in ("-c", setting)]
        self.server = self.run(["postgres", "-D", self.data, "-k", self.folder, "-c",
                                "listen_addresses=", *more], self.environment)
        deadline = time.monotonic() + 60
        ready = [os.path.join(self.programs, "pg_isready"), "-q", "-h", self.folder]
        while subprocess.run(ready, check=False).returncode != 0:
            if self.server.poll() is not None or time.monotonic() > deadline:
                with open(self.log, encoding="utf-8", errors="replace") as log:
                    raise RuntimeError("PostgreSQL does not start: " + log.read()[-2000:])
            time.sleep(0.02)  # polling

    def ask(self, sql):
        return subprocess.run([os.path.join(self.programs, "psql"), "-qAtX", "-h", self.folder,
                               "-U", "carillon", "-d", "postgres", "-c", sql], check=True,
                              capture_output=True, text=True).stdout.strip()

    def new_store(self):
        """The address of an empty store, as `--store` takes it."""
        self.schemas += 1
        name = f"store{self.schemas}"
        self.ask(f"CREATE SCHEMA {name}")
        return (f"host={self.folder} dbname=postgres user=carillon "
                f"options='-csearch_path={name}'")

    def stop(self):
        """As a crash: sessions are cut, what was committed stays."""
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait()

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
