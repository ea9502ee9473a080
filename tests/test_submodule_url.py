"""One grammar of a submodule: how a word of the answer is taken apart, what is refused, and whose host it is."""

import secrets

import pytest
import yaml
from preflight.submodule_url import (
    SUBMODULES,
    fault_of_submodule,
    fault_of_url,
    holds_login,
    read_submodule,
    without_login,
)

from making.reading import Reading
from tests.support.answers import make_answers
from tests.support.baking import SLUG, make_app

SOIL = "https://git.acme.com/soil.git"

# A word of the answer; the name of its folder, its URL and its ref; and its server, as https reaches it.
WORDS = [
    (SOIL, "soil", SOIL, "", "git.acme.com"),
    (f"{SOIL}#v1.0", "soil", SOIL, "v1.0", "git.acme.com"),
    (f"ground={SOIL}", "ground", SOIL, "", "git.acme.com"),
    (f"ground={SOIL}#feature/a@b", "ground", SOIL, "feature/a@b", "git.acme.com"),
    # An = in the path names nothing, behind a name neither.
    ("https://git.acme.com/a=b/soil.git", "soil", "https://git.acme.com/a=b/soil.git", "", "git.acme.com"),
    ("g=https://git.acme.com/a=b/soil.git", "g", "https://git.acme.com/a=b/soil.git", "", "git.acme.com"),
    ("git@git.acme.com:a=b/soil", "soil", "git@git.acme.com:a=b/soil", "", "git.acme.com"),
    # What hosts show to be copied
    (
        "git@ssh.dev.azure.com:v3/ORG/PROJECT/REPO",
        "REPO",
        "git@ssh.dev.azure.com:v3/ORG/PROJECT/REPO",
        "",
        "dev.azure.com",
    ),
    (
        "ssh://git@ssh.github.com:443/acme/soil.git",
        "soil",
        "ssh://git@ssh.github.com:443/acme/soil.git",
        "",
        "github.com",
    ),
    (
        "https://ORG@dev.azure.com/ORG/P/_git/REPO",
        "REPO",
        "https://ORG@dev.azure.com/ORG/P/_git/REPO",
        "",
        "dev.azure.com",
    ),
    (
        "ssh://git@git.acme.com:7999/PROJ/soil.git",
        "soil",
        "ssh://git@git.acme.com:7999/PROJ/soil.git",
        "",
        "git.acme.com",
    ),
    ("git@git.acme.com:soil.git", "soil", "git@git.acme.com:soil.git", "", "git.acme.com"),
    ("git@git.acme.com:acme/soil/", "soil", "git@git.acme.com:acme/soil/", "", "git.acme.com"),
    # Ports belong to https, but not those of other transports
    ("https://git.acme.com:8443/soil", "soil", "https://git.acme.com:8443/soil", "", "git.acme.com:8443"),
    ("http://localhost:3000/soil", "soil", "http://localhost:3000/soil", "", "localhost:3000"),
    ("git://127.0.0.1:9418/soil.git#main", "soil", "git://127.0.0.1:9418/soil.git", "main", "127.0.0.1"),
    ("git://[::1]:9418/soil.git", "soil", "git://[::1]:9418/soil.git", "", "::1"),
]


@pytest.mark.parametrize(("word", "name", "url", "ref", "host"), WORDS)
def test_a_word_is_taken_apart(word, name, url, ref, host):
    assert fault_of_submodule(word) is None
    submodule = read_submodule(word)
    assert (submodule.name, submodule.url, submodule.ref) == (name, url, ref)
    assert submodule.path == f"{SUBMODULES}/{name}"
    read = Reading(make_answers(submodules=word))
    assert read.submodules == [submodule]
    assert read.submodule_hosts == [host]


@pytest.mark.parametrize("ci", ["github", "gitlab", "azure"])
def test_an_equals_sign_in_a_path_leads_the_token_nowhere_else(ci, tmp_path):
    """The very files of an app, made without the hooks, which would clone the submodules."""
    words = f"https://git.acme.com/a=b/soil.git https://git.acme.com/loads.git g={SOIL}"
    make_app(tmp_path, f"ci={ci}", f"submodules={words}", "--accept-hooks", "no")
    app = tmp_path / SLUG
    assert "git -C app/submodules/soil fetch" in (app / "README.md").read_text(encoding="utf-8")
    if ci == "github":
        dependabot = yaml.safe_load((app / ".github/dependabot.yml").read_text(encoding="utf-8"))
        assert [one["url"] for one in dependabot["registries"].values()] == ["https://git.acme.com"]


# A word that is refused, a piece of what is wrong with it, and the nearest one that is taken.
REFUSED = [
    ("", "character", SOIL),
    ("/srv/git/soil.git", "server", SOIL),
    ("../soil.git", "server", SOIL),
    ("C:/git/soil", "server", SOIL),
    ("C:\\git\\soil", "character", SOIL),
    ("file:///srv/git/soil.git", "server", SOIL),
    ("file://localhost/srv/soil.git", "file://", "ssh://localhost/srv/soil.git"),
    ("ext::sh", "server", SOIL),
    ("ext::sh://x/y", "server", SOIL),
    ("ext://sh/c", "ext://", "https://sh/c"),
    ("ftp://git.acme.com/soil", "ftp://", "https://git.acme.com/soil"),
    ("http://git.acme.com/soil", "http://", "http://localhost/soil"),
    ("http://127.0.0.2/soil", "http://", "http://127.0.0.1:8080/soil"),
    ("git://git.acme.com/soil", "git://", "git://[::1]:9418/soil"),
    ("HTTPS://git.acme.com/soil", "server", "https://Git.Acme.com/soil"),
    ("https://git.acme.com", "server", "https://git.acme.com/soil"),
    ("https://git.acme.com:x/soil", "server", "https://git.acme.com:1/soil"),
    ("--upload-pack=touch", "server", f"up={SOIL}"),
    ("ssh://-oProxyCommand=x/soil", "host", "ssh://o/soil"),
    ("ssh://-x@git.acme.com/soil", "server", "ssh://x@git.acme.com/soil"),
    ("-x@git.acme.com:soil", "server", "x@git.acme.com:soil"),
    ("git@-oProxyCommand=x:soil", "host", "git@git.acme.com:soil"),
    ("git@git.acme.com:-soil", "server", "git@git.acme.com:a/-/soil"),
    ("git@git.acme.com", "server", "git@git.acme.com:soil.git"),
    ("git.acme.com:acme/soil", "server", "git@git.acme.com:acme/soil"),
    ("https://git.acme.com/so\x07il", "character", SOIL),
    ("https://git.acme.com/a%0d/soil", "character", "https://git.acme.com/a%20/soil"),
    ("https://git.acme.com/$(x)", "character", SOIL),
    ("https://git_.acme.com/soil", "host", "https://git-1.acme.com/soil"),
    (f"{SOIL}#", "after the #", f"{SOIL}#v1.0"),
    (f"{SOIL}#-b", "after the #", f"{SOIL}#b-"),
    (f"{SOIL}#a..b", "after the #", f"{SOIL}#a.b"),
    (f"{SOIL}#HEAD", "after the #", f"{SOIL}#HEAD2"),
    (f"{SOIL}#a#b", "after the #", f"{SOIL}#a@b"),
    (f"={SOIL}", "legal", f"b={SOIL}"),
    (f"..={SOIL}", "legal", f"a.b={SOIL}"),
    (f".git={SOIL}", "legal", f"git={SOIL}"),
    (f"NUL={SOIL}", "legal", f"NULL={SOIL}"),
    (f"{'a' * 61}={SOIL}", "legal", f"{'a' * 60}={SOIL}"),
    ("https://git.acme.com/aux.git", "legal", "aux-lib=https://git.acme.com/aux.git"),
]


@pytest.mark.parametrize(("refused", "words", "taken"), REFUSED)
def test_a_word_is_refused_with_what_is_wrong_and_what_would_be_right(refused, words, taken):
    fault = fault_of_submodule(refused)
    assert words in fault.wrong
    assert fault.right
    assert fault_of_submodule(taken) is None


def test_a_login_in_a_url_is_known_and_a_user_name_alone_is_none():
    password = secrets.token_hex(8)
    token = "glp" + f"at-{secrets.token_hex(10)}"
    for url in (
        f"https://robot:{password}@git.acme.com/soil.git",
        f"https://:{password}@git.acme.com/soil.git",
        f"https://robot:p/{password}@git.acme.com/soil.git",
        f"https://robot:p@{password}@git.acme.com/soil.git",
        f"https://{token}@git.acme.com/soil.git",
        f"ssh://robot:{password}@git.acme.com/soil.git",
    ):
        assert holds_login(url), url.replace(password, "…")
    for url in (
        SOIL,
        "https://ORG@dev.azure.com/ORG/P/_git/REPO",
        "https://anne@bitbucket.org/acme/soil.git",
        "git@git.acme.com:soil.git",
        "ssh://git@git.acme.com:7999/soil.git",
        "../soil.git",
    ):
        assert not holds_login(url), url


def test_a_url_without_its_login_leads_to_the_same_place():
    assert (
        without_login("https://robot:x@git.acme.com:8443/a@b/soil.git")
        == "https://git.acme.com:8443/a@b/soil.git"
    )
    for url in (SOIL, "ssh://git@git.acme.com/soil.git", "git@git.acme.com:soil.git"):
        assert without_login(url) == url
        assert fault_of_url(url) == ""
