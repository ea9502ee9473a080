"""Commands that the user typed, or may type."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace


def command_line(*words: str) -> str:
    """Return a command as the user's own shell takes it."""
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline(words)
    from shlex import join

    return join(words)


def read_options(words: list[str]) -> Namespace:
    """Return the options, of those that cookiecutter and `cruft create` share, in the words behind the command.

    `checkout`, `directory` and `config_file` are None, and `skip` is empty, where they weren't given.
    """
    from argparse import ArgumentParser

    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-c", "--checkout")
    parser.add_argument("--directory")
    parser.add_argument("--config-file")
    parser.add_argument("--skip", action="append", default=[])
    return parser.parse_known_args(words)[0]
