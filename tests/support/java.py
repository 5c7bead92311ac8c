"""Java functions, compiled for the tests."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

REPOSITORY = Path(__file__).resolve().parents[2]
FUNCTIONS = REPOSITORY / "tests/runtimes/java"
INTERFACES = REPOSITORY / "runtimes/java/function/com"


@cache
def compiled() -> dict[str, bytes]:
    """The classes of the tests' functions and of AWS's interfaces, by their paths in a package."""
    sources = [str(path) for folder in (FUNCTIONS, INTERFACES) for path in folder.rglob("*.java")]
    return compile(sources, "8")


def compile(sources: list[str], release: str, classpath: str = "") -> dict[str, bytes]:
    options = ["--release", release, "-encoding", "UTF-8", "-Xlint:-options", "-cp", classpath]
    with TemporaryDirectory() as place:
        subprocess.run(["javac", *options, "-d", place, *sources], check=True)
        return {str(path.relative_to(place)): path.read_bytes() for path in Path(place).rglob("*.class")}


@cache
def example() -> dict[str, bytes]:
    """The package of examples/hello-java, as Maven would make it."""
    sources = (REPOSITORY / "examples/hello-java/src").rglob("*.java")
    with TemporaryDirectory() as interfaces:
        for name, content in classes("com/").items():
            path = Path(interfaces, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return compile([str(path) for path in sources], "17", interfaces)


def classes(package: str) -> dict[str, bytes]:
    """Those whose path starts so."""
    return {name: content for name, content in compiled().items() if name.startswith(package)}


def is_carried(hob: Path) -> bool:
    """Whether this build of hob has the runtime."""
    return b"hob/runtime/Main.class" in hob.read_bytes()
