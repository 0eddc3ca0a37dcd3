"""What the measures of the peers share: the built command, the tables, one run of a process."""
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TARGET = os.path.abspath(os.environ.get("CARGO_TARGET_DIR") or os.path.join(ROOT, "target"))


class Failed(Exception):
    """An engine that did not do the job."""


def recours():
    """Path of the command: that of RECOURS (as `./measure` gives), else the release build, made if need be."""
    given = os.environ.get("RECOURS")
    if given:
        return given
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--release", "-p", "recours"], cwd=ROOT, check=True)
    return os.path.join(TARGET, "release", "recours")


def data(persons, folder=None, nuls=None):
    """The folder of the tables, made unless it is complete, with the croisement beside them."""
    folder = folder or os.path.join(TARGET, "peers", str(persons) if nuls is None else f"{persons}_nuls_{nuls}")
    done = os.path.join(folder, "complet.json")
    wanted = {"persons": persons, "nuls": nuls}
    if not os.path.exists(done) or any(json.load(open(done))[k] != v for k, v in wanted.items()):
        os.makedirs(folder, exist_ok=True)
        if os.path.exists(done):
            os.remove(done)
        more = [] if nuls is None else ["--nuls", str(nuls)]
        print(f"{persons} personnes à inventer dans {os.path.relpath(folder, ROOT)}…", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, os.path.join(HERE, "gen.py"), str(persons), folder, *more], check=True, stdout=subprocess.DEVNULL)
    # Paths in a croisement are relative to it: the rules from here, the tables beside it.
    with open(os.path.join(HERE, "croisement.toml")) as f:
        text = f.read()
    rules = os.path.relpath(os.path.join(HERE, "regles"), folder)
    with open(os.path.join(folder, "croisement.toml"), "w") as f:
        f.write(text.replace('regles = "regles"', f'regles = "{rules}"'))
    return folder


def households(folder):
    with open(os.path.join(folder, "complet.json")) as f:
        return json.load(f)["households"]


@contextlib.contextmanager
def answers(keep):
    """A folder for answers: removed afterwards unless it is to be kept. On the disk of the tables, not in memory."""
    if keep:
        os.makedirs(keep, exist_ok=True)
        yield keep
        return
    os.makedirs(os.path.join(TARGET, "peers"), exist_ok=True)
    folder = tempfile.mkdtemp(prefix="reponses_", dir=os.path.join(TARGET, "peers"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command, log):
    """Runs a process to its end: CPU (user and system), wall time, peak memory of it alone, imports and start-up included."""
    with open(log, "wb") as sink:
        begin = time.perf_counter()
        child = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        with open(log, errors="replace") as f:
            raise Failed(f"{' '.join(command)} a fini avec le code {child.returncode}\n{f.read()[-2000:]}")
    return {"cpu_s": used.ru_utime + used.ru_stime, "wall_s": wall, "peak_mib": used.ru_maxrss / 1024}
