"""What is left running: asked by the tests that promise that nothing is."""

import subprocess
from pathlib import Path


def processes_of(folder: Path) -> list[str]:
    """Command lines that mention a server's folder, or that run inside it."""
    listing = subprocess.run(
        ["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True
    )
    mentioned = [line for line in listing.stdout.splitlines() if str(folder) in line]
    inside = [
        str(link.parent)
        for link in Path("/proc").glob("[0-9]*/cwd")
        if readable_target(link).startswith(str(folder))
    ]
    return mentioned + inside


def readable_target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
