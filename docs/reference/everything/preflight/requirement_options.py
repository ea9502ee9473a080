"""The options that may stand in a package's requirements file, abbreviated or not, as pip knows them."""

from __future__ import annotations

import optparse
import shlex
from typing import NoReturn


class Parser(optparse.OptionParser):
    """Reads the options of a line; pip reads them with optparse too."""

    def __init__(self) -> None:
        super().__init__(add_help_option=False)
        self.add_option("-r", "--requirement", dest="include")
        self.add_option("-e", "--editable", dest="editable")
        for names in (("-i", "--index-url", "--pypi-url"), ("--extra-index-url",), ("-f", "--find-links")):
            self.add_option(*names, dest="index")
        self.add_option("--no-index", dest="index", action="store_const", const="none")
        for name in ("--no-binary", "--only-binary", "--trusted-host", "--use-feature", "--hash"):
            self.add_option(name)
        self.add_option("-c", "--constraint")
        self.add_option("--config-settings", "-C")
        for name in ("--pre", "--prefer-binary", "--require-hashes"):
            self.add_option(name, action="store_true")

    def error(self, msg: str) -> NoReturn:
        """Raise ValueError, where optparse would end the program."""
        raise ValueError(msg)


PARSER = Parser()


def read_options(words: str) -> optparse.Values:
    """Return the options in the words of a line. Raises ValueError where pip can't read them."""
    options, _ = PARSER.parse_args(shlex.split(words))
    return options
