{%- if template_module("making.files").is_wanted(".ci/variables.py", cookiecutter) -%}
{%- from "answers.jinja" import secret with context -%}
{%- from "variables.jinja" import places, variables with context -%}
{%- set set_in = places[cookiecutter.ci] -%}
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
{%- for branches, place in set_in.items() %}
{{ {"all": "EVERYWHERE", "main": "TO_UPDATE", "tag": "TO_PUBLISH"}[branches] }} = "{{ place }}"
{%- endfor %}
# Where each variable is set. README.md says what they are.
PLACES = {
{%- for variable in variables %}
    "{{ variable.name }}": {{ {"all": "EVERYWHERE", "main": "TO_UPDATE", "tag": "TO_PUBLISH"}[variable.branches] }},
{%- endfor %}
}
# The one that stands for those that the template doesn't know.
KNOWN = "{{ secret }}"
NEEDED_TO_PUBLISH = (
{%- for variable in variables if variable.branches == "tag" %}
    "{{ variable.name }}",
{%- endfor %}
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
{%- if cookiecutter.ci == "gitlab" %}
    return f"set {name} in {PLACES[KNOWN]}"
{%- else %}
    return f"set {name} in {PLACES[KNOWN]}, and hand it over in CI's file wherever {KNOWN} is"
{%- endif %}


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
{% endif -%}
