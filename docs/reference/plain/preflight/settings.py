"""What VIKTOR reads of the app besides its code: viktor.config.toml and the entry point."""

from __future__ import annotations

from preflight.app import CONFIG, HERE, App
from preflight.problem import Failure, Findings, Warning
from preflight.server import PYTHON_VERSIONS

APP_TYPES = ("editor", "simple", "tree")


def settings(app: App) -> Findings:
    """viktor.config.toml has a type and a Python version that VIKTOR knows, and app/ is the entry point."""
    yield from entry_point(app)
    yield from preflight_of_version_1(app)
    try:
        config = app.config
    except (OSError, ValueError) as error:
        yield Failure(CONFIG, f"can't be read: {error}", f"mend it: git diff {CONFIG} shows what changed")
        return "nothing"
    app_type, version = config.get("app_type"), config.get("python_version")
    if app_type not in APP_TYPES:
        yield Failure(CONFIG, f"app_type is {app_type!r}", f"write one of {', '.join(APP_TYPES)}, in quotes")
    if version not in PYTHON_VERSIONS:
        wanted = f'write python_version = "{PYTHON_VERSIONS[-1]}", or an older one that your packages need'
        yield Failure(CONFIG, f"python_version is {version!r}", wanted)
    elif version != HERE:
        what = f"the app is for Python {version}, and this is Python {HERE}"
        yield Warning(CONFIG, what, f"make an environment with Python {version}: README.md says how")
    return f"{app_type} app, Python {version}"


def entry_point(app: App) -> Findings:
    """The package app/ is there, and no app.py beside it."""
    if not (app.root / "app/__init__.py").is_file():
        yield Failure("app/__init__.py", "the entry point is missing", "write it; it imports the controllers")
    if (app.root / "app.py").exists():
        yield Failure("app.py", "stands beside the folder app/", "move its code into app/")
    return "app/"


def preflight_of_version_1(app: App) -> Findings:
    """Nothing is left of the preflight of version 1: an update leaves it where somebody had changed it."""
    if (app.root / "preflight.py").exists():
        what = "is the preflight of the template's version 1, and nothing runs it any more"
        mend = "keep elsewhere what you wrote into it, then: git rm preflight.py"
        yield Warning("preflight.py", what, mend)
    return "none"
