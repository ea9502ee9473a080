"""The app that is checked: what several checks look at, each read once."""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from preflight.packages import Loader, load_loader
from preflight.repository import Repository, read_repository
from preflight.requirements import SOURCE, Requirements, read_requirements
from preflight.toml import read_toml

CONFIG = "viktor.config.toml"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


class App:
    """An app in the folder `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def config(self) -> dict[str, Any]:
        """What viktor.config.toml says. Raises OSError or ValueError if it can't be read."""
        return read_toml(self.root / CONFIG)

    @cached_property
    def python_version(self) -> str:
        """The Python of VIKTOR's server, such as "3.13"; this one where the app doesn't say."""
        try:
            return str(self.config.get("python_version", HERE))
        except (OSError, ValueError):
            return HERE

    @property
    def runs_like_the_server(self) -> bool:
        """Whether this machine has the server's system and this Python its version."""
        import platform

        is_alike = sys.platform == "linux" and platform.machine() == "x86_64"
        return is_alike and self.python_version == HERE

    @cached_property
    def requirements(self) -> Requirements:
        """What requirements.txt says, as pip reads it. Raises Unreadable if pip can't be asked."""
        return read_requirements(self.root)

    @property
    def is_locked(self) -> bool:
        """Whether requirements.txt is made of requirements.in, with the hashes of all packages."""
        return self.requirements.has_hashes and (self.root / SOURCE).is_file()

    @cached_property
    def loader(self) -> Loader:
        """What finds the packages in submodules. Raises OSError or KeyError where it can't be used."""
        return load_loader(self.root)

    @cached_property
    def repository(self) -> Repository:
        """What Git knows of the app. Raises LeftOut where there is no Git, or no repository."""
        return read_repository(self.root)
