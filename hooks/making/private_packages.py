"""The rules about private packages: where they come from, what they are called, and the submodules."""

from __future__ import annotations

from making.index_url import (
    judge_index_url,
    judge_login,
    judge_only_source,
    judge_secret_names,
    judge_user_name,
)
from making.packages import judge_package_names, judge_packages, judge_packages_without_source
from making.submodule_answers import judge_repository, judge_submodules

RULES = (
    judge_index_url,
    judge_login,
    judge_user_name,
    judge_secret_names,
    judge_only_source,
    judge_packages_without_source,
    judge_packages,
    judge_package_names,
    judge_repository,
    judge_submodules,
)
