"""Commands that the user may type."""

from __future__ import annotations

import os


def command_line(*words: str) -> str:
    """Return a command as the user's own shell takes it."""
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline(words)
    from shlex import join

    return join(words)
