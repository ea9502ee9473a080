"""The rules about the private packages: each has a name, comes from an index, and can't be outbid by a look-alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from preflight.submodule_url import GIT_REF

from making.problem import Problem
from making.source import platform_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the app installs by itself: pip refuses a requirement that is given twice.
APP_PACKAGES = {"viktor", "plotly"}

# The questions that are asked again where packages and index don't go together.
INDEX_AND_PACKAGES = ("private_index", "index_url", "index_user", "index_serves_pypi", "private_packages")

# PEP 508's name and extras, and PEP 440's versions as `packaging` reads them, but without spaces, parentheses,
# markers, URLs and `===`. `packaging` isn't there: a stock cookiecutter doesn't bring it.
PACKAGE_NAME = r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?"
EXTRAS = rf"(?:\[(?:{PACKAGE_NAME}(?:,{PACKAGE_NAME})*)?\])?"
RELEASE = r"v?(?:\d+!)?\d+(?:\.\d+)*"
PRE_RELEASE = r"(?:[-_.]?(?:alpha|a|beta|b|preview|pre|c|rc)[-_.]?\d*)?"
POST_RELEASE = r"(?:-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?"
VERSION = rf"{RELEASE}{PRE_RELEASE}{POST_RELEASE}(?:[-_.]?dev[-_.]?\d*)?"
LOCAL_VERSION = r"(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?"
COMPATIBLE_RELEASE = rf"(?=v?(?:\d+!)?\d+\.\d){VERSION}"
CLAUSE = (
    rf"(?:(?:==|!=)(?:{RELEASE}\.\*|{VERSION}{LOCAL_VERSION})|~={COMPATIBLE_RELEASE}|(?:<=|>=|<|>){VERSION})"
)
REQUIREMENT = re.compile(
    rf"(?P<name>{PACKAGE_NAME}){EXTRAS}(?P<version>(?:{CLAUSE}(?:,{CLAUSE})*)?)",
    re.IGNORECASE | re.ASCII,
)
UPPER_BOUND = re.compile(r"(^|,)(==|~=|<)")
PACKAGE_AT_REF = re.compile(rf"(?P<name>{PACKAGE_NAME})@(?P<ref>[^@]+)", re.IGNORECASE | re.ASCII)


def judge_index_and_packages(answers: dict) -> Iterator[Problem]:
    """There are packages where there is an index, and an index where there are packages."""
    platform, packages = platform_of(answers), answers["private_packages"].split()
    if not platform:
        return
    if packages and not platform["source"]:
        wrong = "there are private packages, but no index to install them from"
        right = "say where they are published, or name no package"
        yield Problem(INDEX_AND_PACKAGES, wrong, right, answers["private_packages"])
    elif platform["source"] and not packages:
        wrong = f"there is an index ({answers['private_index']}), but no package to install from it"
        yield Problem(INDEX_AND_PACKAGES, wrong, "name its packages, or say that they are published nowhere")


def judge_packages(answers: dict) -> Iterator[Problem]:
    """Each package is a name with a version from the index, or with a ref where it comes from Git."""
    platform = platform_of(answers)
    if not platform or not platform["source"]:
        return
    judge = judge_git_package if platform["source"] == "git" else judge_index_package
    for package in answers["private_packages"].split():
        yield from judge(package, answers)


def judge_git_package(package: str, _: dict) -> Iterator[Problem]:
    """A package from Git is the name of a repository with a tag or a commit."""
    match = PACKAGE_AT_REF.fullmatch(package)
    if not match or not GIT_REF.fullmatch(match["ref"]):
        wrong = "isn't the name of a repository with a tag or a commit"
        right = "name@ref with a tag or a commit, without spaces, such as my-package@v1.2.0"
        yield Problem(("private_packages",), wrong, right, package)


def judge_index_package(package: str, answers: dict) -> Iterator[Problem]:
    """A package from an index has a version, with an upper bound where PyPI could offer a higher one."""
    match = REQUIREMENT.fullmatch(package)
    if not match:
        right = "name==version without spaces, such as my-package==1.2.0"
        yield Problem(("private_packages",), "isn't a package with a version (PEP 508)", right, package)
    elif not answers["index_serves_pypi"] and not UPPER_BOUND.search(match["version"]):
        yield Problem(
            ("private_packages",),
            "has no upper bound on its version: pip would take a public package of the same name and a higher version",
            f"{match['name']}==1.2.0, or ~= or < (no bound is needed where the index serves PyPI's packages too)",
            package,
        )


def judge_package_names(answers: dict) -> Iterator[Problem]:
    """Each package is given once, and none is installed by every app already."""
    platform = platform_of(answers)
    if not platform or not platform["source"]:
        return
    names = [normalized_name(package) for package in answers["private_packages"].split()]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Problem(("private_packages",), "is given twice", "each package once", name)
        if name in APP_PACKAGES:
            wrong = "is installed by every app already"
            yield Problem(("private_packages",), wrong, "your own packages only", name)


def normalized_name(requirement: str) -> str:
    """Return the name at the beginning of a requirement as PEP 503 compares it."""
    name = re.match(r"[A-Za-z0-9._-]*", requirement)[0]
    return re.sub(r"[-_.]+", "-", name).lower()
