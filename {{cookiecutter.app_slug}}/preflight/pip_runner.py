"""A program that runs pip as VIKTOR's server would, and notes what pip passes over without a word.

    python pip_runner.py NOTES ARGUMENTS-OF-PIP

NOTES is a file with JSON that says what to heed:
- `environment`: the values that markers are judged by, or null where the server is this kind of machine;
- `hides_login`: whether a login of an index must be kept out of the arguments of other processes;
- `only_finds`: whether a file is only found for each line, as is enough where all packages have hashes.
It is written anew with what was noted:
- `pages`: for each package, which file that pip may take stands on which page;
- `holds`: for each package, the pages that have files of its name, and, where there are several pages, their
  hashes. Files for another Python or system count too: with them a page shows whose package it is;
- `found`: for each package, the file that pip finds, where it does no more;
- `asked`: for each page, the addresses of an index that led to it, which are others where a server redirects;
- `unanswered`: each page that pip could not read, with the reason;
- `builds`: whether pip could build packages.
No login is noted. The program needs a pip (23.0 or newer), and nothing else of preflight.
"""

# Functions of pip's are replaced here by others with the same parameters, whose types aren't known.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false, reportPrivateImportUsage=false

from __future__ import annotations

import json
import sys
from pathlib import Path

from pip._internal.cli import cmdoptions
from pip._internal.cli.main import main as pip_main
from pip._internal.commands.install import InstallCommand
from pip._internal.exceptions import DistributionNotFound
from pip._internal.index import collector, package_finder
from pip._internal.req.req_set import RequirementSet
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


def note_holders(links: dict) -> None:
    """Note which links to files of a package each page has, those too that pip may not take."""
    evaluate = package_finder.LinkEvaluator.evaluate_link
    no_file_of_it = (package_finder.LinkType.different_project, package_finder.LinkType.format_invalid)

    def noted_evaluate(evaluator, link):
        kind, detail = evaluate(evaluator, link)
        if link.ext in package_finder.SUPPORTED_EXTENSIONS and kind not in no_file_of_it:
            of_name = links.setdefault(canonicalize_name(evaluator.project_name), {})
            of_name.setdefault(str(link.comes_from), []).append(link)
        return kind, detail

    package_finder.LinkEvaluator.evaluate_link = noted_evaluate


def with_hashes(pages: dict) -> dict[str, list[str]]:
    """Return the pages of a package with the hashes that they tell; of one page alone nobody needs them."""
    if len(pages) == 1:
        return {remove_auth_from_url(page): [] for page in pages}
    return {
        remove_auth_from_url(page): [f"{link.hash_name}:{link.hash}" for link in links if link.has_hash]
        for page, links in pages.items()
    }


class Finder:
    """Stands in the place of pip's resolver, and only finds a file for each line: none is fetched."""

    def __init__(self, finder, notes: dict) -> None:
        self.finder = finder
        self.notes = notes

    def resolve(self, requirements, check_supported_wheels) -> RequirementSet:
        """Note the file that pip finds for each line. Raises DistributionNotFound as pip's resolver does."""
        for requirement in requirements:
            is_for_here = requirement.match_markers() and not requirement.constraint
            if requirement.link is not None or not is_for_here:
                continue
            link = self.finder.find_requirement(requirement, upgrade=True).link
            hashes = requirement.hashes(trust_internet=False)
            if hashes and link.has_hash and not link.is_hash_allowed(hashes):
                raise DistributionNotFound(f"No matching distribution found for {requirement}")
            name = canonicalize_name(requirement.name)
            self.notes["found"][name] = remove_auth_from_url(link.url_without_fragment)
        return RequirementSet()


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
    notes: dict = {"pages": {}, "found": {}, "asked": {}, "unanswered": [], "builds": True}
    links: dict = {}
    if wanted["environment"]:
        judge_markers_for(wanted["environment"])
    note_pages(notes)
    note_holders(links)
    note_unanswered(notes)
    if wanted["only_finds"]:
        InstallCommand.make_resolver = staticmethod(lambda **parts: Finder(parts["finder"], notes))
    if wanted["hides_login"] and BUILDS_IN_PROCESS in cmdoptions.use_new_feature.keywords["choices"]:
        arguments.append(f"--use-feature={BUILDS_IN_PROCESS}")
    elif wanted["hides_login"]:
        arguments.append("--only-binary=:all:")
        notes["builds"] = False
    code = pip_main(arguments)
    notes["holds"] = {name: with_hashes(pages) for name, pages in links.items()}
    file.write_text(json.dumps(notes), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
