"""The rules about the private packages: each has a name, comes from an index, and can't be outbid by a look-alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from preflight.submodule_url import GIT_REF

from making.index_url import readable_source
from making.problem import Problem
from making.reading import Reading, name_of
from making.settings import Answers, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from making.source import Source

# What the app installs by itself: pip refuses a requirement that is given twice.
APP_PACKAGES = {"viktor", "plotly"}

# PEP 508's name and extras, and the versions of PEP 440's Appendix B, which pip takes: a stock cookiecutter brings no
# library that could read them.
PACKAGE_NAME = r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?"
EXTRAS = rf"(?:\[(?:{PACKAGE_NAME}(?:,{PACKAGE_NAME})*)?\])?"
EPOCH, NUMBER, NUMBERS = r"v?(?:\d+!)?", r"\d+(?:\.\d+)*", r"\d+(?:\.\d+)+"
PRE, POST = (
    r"(?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?\d*)?",
    r"(?:-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?",
)
RELEASE_OF_A_KIND = rf"{PRE}{POST}(?:[-_.]?dev[-_.]?\d*)?"
LOCAL = r"(?:\+[A-Z0-9]+(?:[-_.][A-Z0-9]+)*)?"
CLAUSES = (
    rf"(?:==|!=){EPOCH}{NUMBER}(?:\.\*|{RELEASE_OF_A_KIND}{LOCAL})",
    rf"~={EPOCH}{NUMBERS}{RELEASE_OF_A_KIND}",
    rf"(?:<=|>=|<|>){EPOCH}{NUMBER}{RELEASE_OF_A_KIND}",
    r"===[A-Z0-9][A-Z0-9.!+*_-]*",
)
CLAUSE = f"(?:{'|'.join(CLAUSES)})"
PACKAGE_OF_INDEX = re.compile(
    rf"{PACKAGE_NAME}{EXTRAS}(?P<version>(?:{CLAUSE}(?:,{CLAUSE})*)?)", re.IGNORECASE | re.ASCII
)
UPPER_BOUND = re.compile(r"(^|,)(==|~=|<)")
PACKAGE_AT_REF = re.compile(rf"{PACKAGE_NAME}@(?P<ref>[^@]+)", re.IGNORECASE | re.ASCII)


def judge_packages_without_source(answers: Answers) -> Iterator[Problem]:
    """There is a place to install the packages from; a place without packages is a team's first day."""
    packages = words_of(answers["private_packages"])
    if packages and not words_of(answers["index_url"]):
        wrong = "there are private packages, but no address to install them from"
        right = "say where they are published, or name no package"
        yield Problem(("index_url", "private_packages"), wrong, right, answers["private_packages"])


def judge_packages(answers: Answers) -> Iterator[Problem]:
    """Each package has a version where they come from an index, and a ref where they come from Git."""
    source = readable_source(answers)
    if not source:
        return
    packages = words_of(answers["private_packages"])
    from_git = [package for package in packages if PACKAGE_AT_REF.fullmatch(package)]
    if from_git and len(from_git) < len(packages):
        wrong = "name@ref comes straight from Git, name==version from an index, and there is one address for all of them"
        yield Problem(
            ("private_packages",), wrong, "one of the two for all packages", answers["private_packages"]
        )
        return
    judge = judge_package_of_git if source.is_git else judge_package_of_index
    for package in packages:
        yield from judge(package, source)


def judge_package_of_git(package: str, source: Source) -> Iterator[Problem]:
    """A package from Git is the name of a repository with a tag or a commit."""
    match = PACKAGE_AT_REF.fullmatch(package)
    if not match or not GIT_REF.fullmatch(match["ref"]):
        wrong = f"isn't the name of a repository of {source.host.name} with a tag or a commit"
        right = (
            f"{name_of(package) or 'my-package'}@v1.2.0, with a tag or a commit behind the @, without spaces"
        )
        yield Problem(("private_packages",), wrong, right, package)


def judge_package_of_index(package: str, source: Source) -> Iterator[Problem]:
    """A package from an index has a version, with an upper bound where PyPI could offer a higher one."""
    match = PACKAGE_OF_INDEX.fullmatch(package)
    name = name_of(package) or "my-package"
    if not match:
        wrong = "isn't a package with a version"
        yield Problem(("private_packages",), wrong, f"{name}==1.2.0, without spaces", package)
    elif not source.is_only_index and not UPPER_BOUND.search(match["version"]):
        yield Problem(
            ("private_packages",),
            "has no upper bound on its version: pip would take a public package of the same name and a higher version",
            f"{name}==1.2.0, or ~= or < (no bound is needed where --index-url says that all comes from there)",
            package,
        )


def judge_package_names(answers: Answers) -> Iterator[Problem]:
    """Each package is given once, and none is installed by every app already."""
    names = Reading(answers).package_names
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Problem(("private_packages",), "is given twice", "each package once", name)
        if name in APP_PACKAGES:
            wrong = "is installed by every app already"
            yield Problem(("private_packages",), wrong, "your own packages only", name)
