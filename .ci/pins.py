"""Raise the versions that the apps' files and the template's own tools name: `make pins`.

The newest releases that work together are uv's answer, an action's newest tag is Git's. What can't be asked stays.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True  # a __pycache__ in the template's app folder would come into every app
sys.path[:0] = [str(ROOT / "hooks"), str(ROOT / "{{cookiecutter.app_slug}}")]

from preflight.server import UV_PLATFORM  # noqa: E402

from making.names import DROPPED, OFFERED  # noqa: E402

TABLE, PROJECT = ROOT / "cookiecutter.json", ROOT / "pyproject.toml"
# Where uv is installed before anything can be asked of it.
INSTALL_UV = (ROOT / "Makefile", ROOT / ".github" / "workflows" / "test.yml")

# A package and its version in pyproject.toml, where a marker may follow.
PINNED = re.compile(r'"(?P<name>[\w.-]+(?:\[[\w,]+\])?)==(?P<version>[^";]+)')
# A row of the table `_pins` that is a package: a name without a blank, and a version.
PACKAGE = re.compile(r"[a-z-]+ \d[\w.]*")
ACTION = re.compile(r"refs/tags/(?P<tag>v\d+\.\d+\.\d+)$")


def main() -> None:
    """Write the newest versions into cookiecutter.json and pyproject.toml, and tell what changed."""
    before = json.loads(TABLE.read_text(encoding="utf-8"))["_pins"]
    after = newest_pins(before)
    write_table(before, after)
    tools = newest_tools()
    changed = [
        f"{name}: {shown(before[name], after[name])}" for name in before if before[name] != after[name]
    ]
    print(*changed, *tools, sep="\n")
    print("Now type: make reference; make test" if changed or tools else "All pins are the newest.")


def shown(old: str | list[str], new: str | list[str]) -> str:
    """Return what a pin was and is; of a list what is new in it."""
    if isinstance(new, str):
        return f"{old} -> {new}"
    return ", ".join(sorted(set(new) - set(old)) or ["some are gone"])


def newest_pins(pins: dict) -> dict:
    """Return the table `_pins` with the newest versions."""
    names = [
        name for name, pin in pins.items() if isinstance(pin, str) and PACKAGE.fullmatch(f"{name} {pin}")
    ]
    of_apps = resolve(
        names, OFFERED[0], "--no-deps"
    )  # for each Python that apps are made with: the oldest decides
    older = resolve(["pre-commit"], DROPPED[-1], "--no-deps")
    cruft = resolve(["cruft"], pins["Python for cruft"])
    new = {name: of_apps[name] for name in names}
    new["pre-commit for Python 3.10"] = older["pre-commit"]
    new["cruft"] = cruft.pop("cruft")
    new["cruft needs"] = [f"{name}=={version}" for name, version in sorted(cruft.items())]
    new |= {name: newest_action(name, pin) for name, pin in pins.items() if name.startswith("actions/")}
    return pins | new


def resolve(names: list[str] | tuple[str, ...], python: str, *options: str) -> dict[str, str]:
    """Return the newest versions of packages, and of what they need, that work together on VIKTOR's system."""
    words = [sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--no-header", "--no-annotate"]
    platform = ["--python-version", python, "--python-platform", UV_PLATFORM]
    done = subprocess.run(
        [*words, *platform, *options],
        input="\n".join(names),
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    pairs = [line.partition(" ;")[0].split("==") for line in done.stdout.splitlines()]
    return {bare(name): version for name, version in pairs}


def bare(name: str) -> str:
    """Return a package's name as uv writes it, without its extras."""
    return name.partition("[")[0].lower()


def newest_action(name: str, pin: str) -> str:
    """Return the commit and the newest tag of an action, as it stands where GitHub can't be asked."""
    words = ["git", "ls-remote", "--tags", f"https://github.com/{name}"]
    told = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, encoding="utf-8"
    )
    found = {}
    for line in told.stdout.splitlines():
        commit, _, ref = line.partition("\t")
        if tag := ACTION.search(ref.removesuffix("^{}")):
            found[tag["tag"]] = commit  # the line with ^{} comes second, and names the commit itself
    newest = max(found, key=lambda tag: [int(part) for part in tag[1:].split(".")], default="")
    return f"{found[newest]} # {newest}" if newest else pin


def write_table(before: dict, after: dict) -> None:
    """Write new pins in the place of the old ones, the rest of cookiecutter.json as it was formatted."""
    text = TABLE.read_text(encoding="utf-8")
    for name, old in before.items():
        if isinstance(old, str):
            text = text.replace(f'"{name}": "{old}"', f'"{name}": "{after[name]}"')
    listed = textwrap.fill(json.dumps(after["cruft needs"])[1:-1], 110, break_on_hyphens=False)
    indented = textwrap.indent(listed, " " * 6)
    text = re.sub(r'("cruft needs": \[)[^\]]*\]', lambda match: f"{match[1]}\n{indented}\n    ]", text)
    TABLE.write_text(text, encoding="utf-8", newline="\n")


def newest_tools() -> list[str]:
    """Raise the versions in pyproject.toml, and uv's where it is installed; return what changed."""
    text = PROJECT.read_text(encoding="utf-8")
    old = {match["name"]: match["version"] for match in PINNED.finditer(text)}
    new = resolve(list(old), DROPPED[-1])  # the oldest Python that the tests run on decides
    changed = {name: new[bare(name)] for name in old if new[bare(name)] != old[name]}
    for name, version in changed.items():
        text = text.replace(f'"{name}=={old[name]}', f'"{name}=={version}')
    PROJECT.write_text(text, encoding="utf-8", newline="\n")
    for file in INSTALL_UV:
        content = file.read_text(encoding="utf-8").replace(
            f"uv=={old['uv']}", f"uv=={changed.get('uv', old['uv'])}"
        )
        file.write_text(content, encoding="utf-8", newline="\n")
    return [f"{name} (pyproject.toml): {old[name]} -> {version}" for name, version in changed.items()]


if __name__ == "__main__":
    main()
