{%- if template_module("making.files").is_wanted(".ci/update.py", cookiecutter) -%}
# /// script
# requires-python = ">=3.10"
# dependencies = [
#   "cruft=={{ cookiecutter._pins.cruft }}",
{%- for requirement in cookiecutter._pins["cruft needs"] %}
#   "{{ requirement }}",
{%- endfor %}
# ]
# ///
"""Takes the template's changes, and proposes them in a request to merge: uv run --script .ci/update.py

Each run makes the update anew and looks whether its request is open: what fails once, the next run does. A
newer release takes the place of an older one in the same request, unless somebody has worked on that.

UPDATE_TOKEN (or the platform's own, PLATFORM_TOKEN) and TEMPLATE_TOKEN are for Git and the request: cruft and
the template's hooks run without them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from logins import as_variables, own_url, place_of, read_login, token_settings, token_variables, without_login
from proposal import Proposal, Refused
from request import change_request, create_request, find_request, own_branch
from variables import how_to_set, value_of

RECORD = ".cruft.json"
BRANCH = "template-update"
AUTHOR = "template-update@localhost"
# A release of the template. Other tags, such as v1.2.0-rc1, are none.
RELEASE = re.compile(r"v(\d+)\.(\d+)\.(\d+)")
# What cruft and the template's hooks see of this job's variables: what a program needs to run, and no login.
KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"}


@dataclass(frozen=True)
class Update:
    """What the template's newer version changes in the app."""

    version: str
    commit: str
    conflicts: list[str]


def git(*words: str, **variables: str) -> str:
    """Run Git with more variables, and return what it printed. Raises Refused if it fails."""
    done = run_git(*words, **variables)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Refused(f"git {words[0]} failed: {said[-1]}")
    return done.stdout.strip()


def run_git(*words: str, **variables: str) -> subprocess.CompletedProcess:
    """Run Git with more variables, without a question, and return how it ended."""
    command, environment = ["git", *words], os.environ | variables
    return subprocess.run(command, env=environment, capture_output=True, check=False, encoding="utf-8")


def git_login(url: str, value: str) -> dict[str, str]:
    """Return the variables with which Git logs in to the host of a URL; `value` is TOKEN or USER:TOKEN."""
    place = place_of(url)
    login = read_login(value, place.host)
    if not login:
        return as_variables([])
    return token_variables(login, 0) | as_variables(token_settings(place.server, 0))


def read_record() -> dict:
    """Return what cruft knows of the app: its template, its commit, its answers."""
    return json.loads(Path(RECORD).read_text(encoding="utf-8"))


def clone_template(url: str, token: str, folder: Path) -> Path:
    """Clone the template, and return where. Raises Refused if it can't be read.

    TEMPLATE_TOKEN is for its host; without it the job's own token serves a template on the app's own host.
    """
    own, clone = value_of("TEMPLATE_TOKEN"), folder / "template"
    is_here = place_of(url).host == place_of(own_url()).host
    login = git_login(url, own or (token if is_here else ""))
    done = run_git("clone", "--quiet", "--", url, str(clone), **login)
    if done.returncode == 0:
        return clone
    said = done.stderr.strip().splitlines()[-1:]
    mend = "check the rights of the token in TEMPLATE_TOKEN" if own else how_to_set("TEMPLATE_TOKEN")
    raise Refused(f"The template can't be read from {url} {said}: {mend}.")


def newest_release(template: Path) -> str:
    """Return the tag of the template's newest release, "" if it has none."""
    tags = git("-C", str(template), "tag", "--list").splitlines()
    return max(filter(RELEASE.fullmatch, tags), key=numbers_of, default="")


def numbers_of(release: str) -> list[int]:
    """Return the numbers of a release, by which releases are in order."""
    return [int(number) for number in RELEASE.fullmatch(release).groups()]


def take_update(template: Path, release: str) -> Update | None:
    """Change the app's files as the template changed, and return what that is, None where nothing is new."""
    words = [sys.executable, "-m", "cruft", "update", "--skip-apply-ask", "--not-strict"]
    words += ["--template-path", str(template)] + (["--checkout", release] if release else [])
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    done = subprocess.run(words, env=kept, check=False)
    if done.returncode:
        raise Refused("cruft could not make the update: what it says stands above.")
    if not git("status", "--porcelain"):
        return None
    unmerged = git("diff", "--name-only", "--diff-filter=U").splitlines()
    rejected = git("ls-files", "--others", "--", "*.rej").splitlines()
    commit = read_record()["commit"]
    return Update(release or commit[:12], commit, sorted({*unmerged, *rejected}))


def propose(update: Update, token: str) -> str:
    """See to it that the update is in an open request, and return what was done."""
    title = f"Take the template's changes, {update.version}"
    text = "Made by cruft update. The template's docs/CHANGELOG.md says what else to do."
    if update.conflicts:
        title += ", with conflicts to resolve"
        text += f" Conflicts: {' '.join(update.conflicts)}"
    proposal = Proposal(BRANCH, own_branch(), title, text, bool(update.conflicts))
    server = without_login(own_url())  # GitLab's holds a login that may not push
    login = git_login(server, token)
    there = git("ls-remote", server, f"refs/heads/{BRANCH}", **login).partition("\t")[0]
    number = find_request(proposal, token)
    if there:
        git("fetch", "--quiet", server, there, **login)
    if there and recorded_commit(there) == update.commit:
        if number:
            return "Nothing to do: the request with this update is open."
        return f"The update was pushed before; the request is opened: {create_request(proposal, token)}"
    if there and number and has_work_of_others(there):
        return f"{update.version} waits: somebody works on {BRANCH}. Merge the request, or close it."
    commit_update(title)
    lease = f"--force-with-lease={BRANCH}:{there}"
    git("push", "--quiet", lease, server, f"HEAD:refs/heads/{BRANCH}", **login)
    if number:
        change_request(number, proposal, token)
        return f"The open request has {update.version} now."
    return f"A request is open: {create_request(proposal, token)}"


def recorded_commit(commit: str) -> str:
    """Return the template's commit that a commit of the app records."""
    record = run_git("show", f"{commit}:{RECORD}").stdout
    return json.loads(record)["commit"] if record else ""


def has_work_of_others(commit: str) -> bool:
    """Tell whether a commit, or one that came with it, was made by somebody else than this job."""
    return bool({*git("log", "--format=%ae", f"HEAD..{commit}").splitlines()} - {AUTHOR})


def commit_update(title: str) -> None:
    """Commit everything, conflicts as they are."""
    git("add", "--all")
    identity = ("-c", "user.name=Template update", "-c", f"user.email={AUTHOR}")
    git(*identity, "commit", "--quiet", "--message", title)


def main() -> str:
    """Return what was done. Raises Refused if it can't be."""
    if not Path(RECORD).is_file():
        return f"Nothing to do: without {RECORD} this app follows no template. README.md says how it can."
    token = value_of("UPDATE_TOKEN") or value_of("PLATFORM_TOKEN")
    with TemporaryDirectory() as folder:
        template = clone_template(read_record()["template"], token, Path(folder))
        update = take_update(template, newest_release(template))
    if not update:
        return "Nothing to do: the app has the template's newest release."
    if not token:
        raise Refused(f"{update.version} is there, and no token to push it: {how_to_set('UPDATE_TOKEN')}.")
    try:
        return propose(update, token)
    except Refused as error:
        mend = "UPDATE_TOKEN lacks a right" if value_of("UPDATE_TOKEN") else how_to_set("UPDATE_TOKEN")
        raise Refused(f"{error}\nWhat it needs is in README.md: {mend}.") from None


if __name__ == "__main__":
    try:
        print(main())
    except Refused as refused:
        sys.exit(str(refused))
{% endif -%}
