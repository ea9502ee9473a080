"""A program that runs pip as VIKTOR's server would, and notes what pip passes over without a word.

    python pip_runner.py NOTES ARGUMENTS-OF-PIP

NOTES is a file with JSON that says what to heed:
- `environment`: the values that markers are judged by, or null where the server is this kind of machine;
- `hides_login`: whether a login of an index must be kept out of the arguments of other processes.
It is written anew with what was noted:
- `pages`: for each package, which file stands on which page;
- `asked`: for each page, the addresses of an index that led to it, which are others where a server redirects;
- `unanswered`: each page that pip could not read, with the reason;
- `builds`: whether pip could build packages.
No login is noted. The program needs a pip (23.0 or newer), and nothing else of preflight.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pip._internal.cli import cmdoptions
from pip._internal.cli.main import main as pip_main
from pip._internal.index import collector, package_finder
from pip._internal.utils.misc import remove_auth_from_url
from pip._vendor.packaging import markers
from pip._vendor.packaging.utils import canonicalize_name

# With this, what a build needs is chosen in pip's own process (pip 26). Without, a login of an index becomes
# an argument of another pip, for all on this machine to read.
BUILDS_IN_PROCESS = "inprocess-build-deps"


def judge_markers_for(environment: dict[str, str]) -> None:
    """Let pip judge markers for another machine: its own options choose files for one, but no more."""
    markers.default_environment = lambda: dict(environment)


def note_pages(notes: dict) -> None:
    """Note the page of each file that pip may choose, and what address of an index led to that page."""
    find, fetch = package_finder.PackageFinder.find_all_candidates, collector.LinkCollector.fetch_response

    def noted_find(finder, name):
        found = find(finder, name)
        files = notes["pages"].setdefault(canonicalize_name(name), {})
        for candidate in found:
            file, page = candidate.link.url_without_fragment, str(candidate.link.comes_from)
            files[remove_auth_from_url(file)] = remove_auth_from_url(page)
        return found

    def noted_fetch(link_collector, location, **more):
        content = fetch(link_collector, location, **more)
        if content is not None:
            addresses = notes["asked"].setdefault(remove_auth_from_url(content.url), [])
            addresses.append(remove_auth_from_url(location.url_without_fragment))
        return content

    package_finder.PackageFinder.find_all_candidates = noted_find
    collector.LinkCollector.fetch_response = noted_fetch


def note_unanswered(notes: dict) -> None:
    """Note each page that pip could not read; pip goes on without it, and says so only with -vv."""
    fail = collector._handle_get_simple_fail

    def noted_fail(link, reason, meth=None):
        notes["unanswered"].append([remove_auth_from_url(link.url_without_fragment), str(reason)])
        return fail(link, reason, meth=meth)

    collector._handle_get_simple_fail = noted_fail


def main() -> int:
    """Run pip, write the notes, and return pip's exit code."""
    file, arguments = Path(sys.argv[1]), sys.argv[2:]
    wanted = json.loads(file.read_text(encoding="utf-8"))
    notes: dict = {"pages": {}, "asked": {}, "unanswered": [], "builds": True}
    if wanted["environment"]:
        judge_markers_for(wanted["environment"])
    note_pages(notes)
    note_unanswered(notes)
    if wanted["hides_login"] and BUILDS_IN_PROCESS in cmdoptions.use_new_feature.keywords["choices"]:
        arguments.append(f"--use-feature={BUILDS_IN_PROCESS}")
    elif wanted["hides_login"]:
        arguments.append("--only-binary=:all:")
        notes["builds"] = False
    code = pip_main(arguments)
    file.write_text(json.dumps(notes), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
