"""Names each variable that a job needs and that isn't set, and where to set it.

python .ci/variables.py             for the tests
python .ci/variables.py publish     for a publication
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

# Where the variables are set that CI reads on every branch, for the weekly update, and for a publication.
EVERYWHERE = "Pipelines, Edit, Variables"
TO_UPDATE = "Pipelines, Edit, Variables"
TO_PUBLISH = "Pipelines, Library, the variable group viktor"
# Where each variable is set. README.md says what they are.
PLACES = {
    "ACME_TOKEN": EVERYWHERE,
    "SUBMODULES_TOKEN": EVERYWHERE,
    "UPDATE_TOKEN": TO_UPDATE,
    "TEMPLATE_TOKEN": TO_UPDATE,
    "VIKTOR_ENV": TO_PUBLISH,
    "VIKTOR_DEV": TO_PUBLISH,
    "VIKTOR_TOKEN": TO_PUBLISH,
}
# The one that stands for those that the template doesn't know.
KNOWN = "ACME_TOKEN"
NEEDED_TO_PUBLISH = (
    "VIKTOR_ENV",
    "VIKTOR_DEV",
    "VIKTOR_TOKEN",
)
REQUIREMENTS = ("requirements.txt", "requirements.in")
# A variable in a line, as pip fills it in (pip's documentation, "Requirements File Format").
IN_A_LINE = re.compile(r"\$\{([A-Z0-9_]+)\}")


def value_of(name: str) -> str:
    """Return the value of a variable, "" if it isn't set: Azure hands over the text $(NAME) then."""
    value = os.environ.get(name, "")
    return "" if value == f"$({name})" else value


def how_to_set(name: str) -> str:
    """Return where a variable is set."""
    if name in PLACES:
        return f"set {name} in {PLACES[name]}"
    return f"set {name} in {PLACES[KNOWN]}, and hand it over in CI's file wherever {KNOWN} is"


def named_in_requirements() -> set[str]:
    """Return the variables that requirements.txt, or what it is made of, names outside comments."""
    files = [Path(name) for name in REQUIREMENTS if Path(name).is_file()]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {name for line in lines if not line.lstrip().startswith("#") for name in IN_A_LINE.findall(line)}


def main() -> int:
    """Print what is missing, and return the exit code."""
    wanted = sorted(named_in_requirements()) + (list(NEEDED_TO_PUBLISH) if "publish" in sys.argv[1:] else [])
    missing = [name for name in wanted if not value_of(name)]
    for name in missing:
        print(f"{name} isn't set: {how_to_set(name)}.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
