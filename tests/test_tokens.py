"""A token of each host, and a URL with a password, is known wherever it stands; nothing that only looks like one is.

No token stands here either: each is made up on the spot.
"""

import json
import os
import secrets
import string
import uuid
from base64 import b64encode, encodebytes, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import quote

import pytest
from preflight.passwords import find_password, passwords_in
from preflight.tokens import (
    HEX,
    MIXED,
    SHAPES,
    Part,
    TokenShape,
    find_token,
    is_sample,
    letters,
    some,
    tokens_in,
)

from tests.support.template import template_files

LABELS = [f"{shape.kind} {shape.mark}".replace(" ", "-").strip("-./") for shape in SHAPES]
EACH_SHAPE = pytest.mark.parametrize("shape", SHAPES, ids=LABELS)
# Those that are one word; keys have tests of their own.
WORDY = [shape for shape in SHAPES if shape.kind not in ("private key", "Google key file in base64")]


def kinds_in(text: str) -> set[str]:
    """Return the kinds of all tokens in a text."""
    return {found.kind for found in tokens_in(text)}


def places(token: str) -> dict[str, str]:
    """Return texts in which a token stands, by what they are."""
    return {
        "alone": token,
        "line": f"\n{token}\n",
        "sentence": f"The token is {token}. Keep it.",
        "quotes": f"'{token}', `{token}`",
        "markdown": f"**{token}** [here]({token})",
        "env": f"TOKEN={token}",
        "toml": f'token = "{token}"',
        "yaml": f"token: {token} # until May",
        "json": json.dumps({"token": token, "next": 1}),
        "json in json": json.dumps({"file": json.dumps({"token": token})}),
        "json, after a line break": json.dumps({"file": f"first\n{token}\n"}),
        "password": f"https://robot:{token}@pypi.example.com/simple",
        "user": f"https://{token}@pypi.example.com/simple",
        "query": f"https://pypi.example.com/simple?token={token}&x=1",
        "encoded query": f"https://example.com/?next={quote(f'https://a:{token}', safe='')}",
        "header": f'curl -H "PRIVATE-TOKEN: {token}" https://example.com',
        "command": f"tool --token={token};",
        "xml": f"<password>{token}</password>",
    }


def reads_as_words(token: str) -> bool:
    """Tell whether chance has made a token that is taken for a name: of the shortest, about one in a hundred thousand."""
    return is_sample(token.rstrip("/").rpartition("/")[2])


@EACH_SHAPE
def test_a_made_up_token_is_found(shape):
    made_up = [shape.example() for _ in range(50)]
    named = list(filter(reads_as_words, made_up))
    assert len(named) <= 1
    for token in set(made_up).difference(named):
        assert shape.kind in kinds_in(token)


@pytest.mark.parametrize("place", places(""))
def test_a_token_is_found_wherever_it_stands(place):
    for shape in WORDY:
        token = shape.example()
        # Azure's tokens begin with any letter, so that an escape in front can't be told from their own; and what is
        # a URL itself isn't looked for in another.
        is_escaped = place in ("encoded query", "json, after a line break")
        if not (is_escaped and (shape.maker == "Azure DevOps" or "/" in token)):
            assert shape.kind in kinds_in(places(token)[place]), place


@EACH_SHAPE
def test_a_token_is_found_where_it_begins(shape):
    text = f"first line\n\nhere: {shape.example()}"
    found = next(found for found in tokens_in(text) if found.kind == shape.kind)
    assert text.count("\n", 0, found.start) == 2


def without_a_letter(shape: TokenShape) -> TokenShape:
    """Return the shape in which the longest part that is random is a letter shorter than allowed."""
    runs = [part for part in shape.parts if isinstance(part, Part) and part.pattern.startswith("([")]
    longest = max(runs, key=lambda part: len(part.example()))
    parts = list(shape.parts)
    parts[parts.index(longest)] = longest._replace(example=lambda: longest.example()[:-1])
    return TokenShape(shape.maker, shape.name, shape.source, *parts)


@pytest.mark.parametrize(
    "shape", WORDY, ids=[label for label, shape in zip(LABELS, SHAPES, strict=True) if shape in WORDY]
)
def test_a_near_miss_is_no_token(shape):
    """A letter too few, another mark, and, where the length is exact, a letter too many; or the end of a word."""
    for _ in range(10):
        assert shape.kind not in kinds_in(without_a_letter(shape).example())
    token = shape.example()
    if shape.mark:
        assert shape.kind not in kinds_in(token.replace(shape.mark, shape.mark[:-1] + "!"))
    if token[0].isalnum() and shape.maker not in ("Anaconda", "Cloudsmith"):
        assert shape.kind not in kinds_in(f"x{token}") or "://" in token
    last = shape.parts[-1]
    if isinstance(last, Part) and last.is_exact:
        assert shape.kind not in kinds_in(f"{token}a")


@EACH_SHAPE
def test_each_row_says_who_says_so(shape):
    assert shape.source
    assert shape.kind


# What the hosts really hand out, in all its forms

WEB_TOKEN = ".".join(["ey" + "J" + some(MIXED, 40), "ey" + "J" + some(MIXED, 200), some(MIXED, 86)])
FORMS = {
    "gitlab-routable": ("GitLab access token", "glp" + f"at-{some(MIXED, 30)}.01.{some(HEX, 9)}"),
    "gitlab-routable-first": ("GitLab access token", "glp" + f"at-{some(MIXED, 27)}.{some(HEX, 9)}"),
    "gitlab-own-prefix": ("GitLab access token", "ACME-glp" + f"at-{some(MIXED, 20)}"),
    "gitlab-runner": ("GitLab runner token", "glr" + f"t-t3_{some(MIXED, 27)}.01.{some(HEX, 9)}"),
    "gitlab-job": ("JSON web token", "glc" + f"bt-{WEB_TOKEN}"),
    "github-installation": ("GitHub installation token", "gh" + f"s_{some(MIXED, 36)}"),
    "github-stateless": ("GitHub installation token", "gh" + f"s_123456_{WEB_TOKEN}"),
    "github-fine-grained": (
        "GitHub fine-grained token",
        "github" + f"_pat_{some(MIXED, 22)}_{some(MIXED, 59)}",
    ),
    "codeartifact": (
        "JSON web token, encrypted",
        ".".join(
            [
                "ey" + "J" + some(MIXED, 300),
                some(MIXED, 22),
                some(MIXED, 16),
                some(MIXED, 600),
                some(MIXED, 22),
            ]
        ),
    ),
    "direct-encryption": (
        "JSON web token, encrypted",
        ".".join(["ey" + "J" + some(MIXED, 40), "", some(MIXED, 16), some(MIXED, 90), some(MIXED, 22)]),
    ),
    "google-metadata": ("Google access token", "ya" + f"29.c.{some(MIXED, 200)}"),
    "pypi-test": ("PyPI token", "pyp" + f"i-AgENdGVzdC5weXBpLm9yZw{some(MIXED, 150)}"),
    "gemfury-colon": ("Gemfury token", f"https://{some(MIXED, 20)}:@pypi.fury.io/acme/"),
    "packagecloud-colon": (
        "packagecloud token",
        f"https://{some(HEX, 48)}:@packagecloud.io/acme/beams/pypi/simple",
    ),
    "anaconda": ("Anaconda token", f"https://conda.anaconda.org/t/aa-{uuid.uuid4()}/acme"),
    "anaconda-server": ("Anaconda server token", f"https://conda.acme.com/api/t/aa-{uuid.uuid4()}/acme"),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_token_is_known(form):
    kind, token = FORMS[form]
    assert kind in kinds_in(f"token: {token}\n")


def test_a_part_has_as_many_letters_as_it_says():
    assert len(letters(HEX, 12).example()) == 12
    assert set(some(HEX, 400)) == set(string.hexdigits.lower())


# Private keys, and Google's key files

BODY = "\n".join(some(MIXED + "+/", 64) for _ in range(4))
PEM = "-----BEGIN {}PRIVATE " + f"KEY-----\n{BODY}\n-----END PRIVATE " + "KEY-----\n"
KEYS = {
    "pkcs8": PEM.format(""),
    "rsa": PEM.format("RSA "),
    "openssh": PEM.format("OPENSSH "),
    "windows": PEM.format("EC ").replace("\n", "\r\n"),
    "encrypted": PEM.format("RSA ").replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\n", 1),
    "pgp": PEM.format("PGP ").replace("KEY-----\n", "KEY BLOCK-----\n\n", 1),
    "yaml": "key: |\n  " + PEM.format("").replace("\n", "\n  "),
    "code": "KEY = (" + "\n".join(f'    "{line}\\n"' for line in PEM.format("").splitlines()) + ")",
    "env": json.dumps(PEM.format("")).replace('"', ""),
    "key file": json.dumps({"type": "service_account", "private_key": PEM.format("")}, indent=2),
    "key file in json": json.dumps(json.dumps({"private_key": PEM.format("")})),
}


@pytest.mark.parametrize("form", KEYS)
def test_a_private_key_is_found(form):
    assert find_token(f"# A key\n{KEYS[form]}") == "private key"


def test_a_mark_without_a_key_is_no_key():
    mark = "-----BEGIN PRIVATE " + "KEY-----"
    for text in (
        mark,
        f'if "{mark}" in text:',
        f"{mark}\n...\n",
        f"{mark}\\n<your key>\\n",
        f"{mark}\n{'x' * 64}\n",
    ):
        assert find_token(text) == ""


def key_files() -> dict[str, bytes]:
    """Return a made-up key file of Google's, as people write JSON."""
    content = {
        "type": "service_account",
        "project_id": "acme",
        "private_key": PEM.format(""),
        "client_id": "1",
    }
    files = {
        f"indented by {indent}": json.dumps(content, indent=indent).encode()
        for indent in (None, 1, 2, 4, "\t")
    }
    files["compact"] = json.dumps(content, separators=(",", ":")).encode()
    files["sorted"] = json.dumps(content, indent=2, sort_keys=True).encode()
    files["windows"] = files["indented by 2"].replace(b"\n", b"\r\n")
    files["with a mark"] = b"\xef\xbb\xbf" + files["indented by 2"]
    return files | {f"after {count} blanks": b" " * count + files["compact"] for count in range(1, 60)}


@pytest.mark.parametrize("file", key_files())
def test_a_key_file_in_base64_is_found(file):
    data = key_files()[file]
    broken = encodebytes(data).decode()
    for text in (
        b64encode(data).decode(),
        urlsafe_b64encode(data).decode(),
        broken,
        broken.replace("\n", "\r\n"),
        "key: |\n  " + broken.replace("\n", "\n  "),
    ):
        assert find_token(f"GOOGLE_KEY={text}\n") == "Google key file in base64"


# What is no token

WORDS = """
glass-thickness-calculator-v2 global-navigation-container-left glue-laminated-timber-properties.csv
glulam-beam-connections-tool glazing-and-facade-2024-calculation-report glpat-your-token-goes-right-here
glrt-detector-for-structural-health-monitoring glrt-2024-structural-health-monitoring glwt-glue-laminated-wood-tests
github_pat_from_environment_variable_of_the_pipeline ghs_this_is_a_long_identifier_for_something_else
ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx glpat-xxxxxxxxxxxxxxxxxxxx glpat-XXXXXXXXXXX-XXXXXXXX npm_config_registry
vktrpat_your_viktor_token vktrpat_XXXXXXXXXXXXXX_XXXXXXXXXXXXXXXXXXXXXXXXXX AKIAIOSFODNN7EXAMPLE
pypi-your-token-here-and-nothing-else-in-this-place sk-learn-pipeline-for-soil-classification-v2
https://dl.cloudsmith.io/public/acme/beams/python/simple/ https://dl.cloudsmith.io/basic/acme/beams/python/simple/
https://dl.cloudsmith.io/ENTITLEMENT_TOKEN/acme/beams/python/simple/ https://dl.cloudsmith.io/${TOKEN}/acme/beams/
https://pypi.anaconda.org/t/YOUR_ANACONDA_TOKEN/acme/simple https://conda.anaconda.org/t/<TOKEN>/acme
https://discuss.python.org/t/dependency-notation-including-the-index-url/5659
https://your-deploy-token@pypi.fury.io/acme/ https://DEPLOY_TOKEN@pypi.fury.io/acme/ https://packagecloud.io/acme
a_very_long_identifier_that_goes_on_and_on_for_more_than_fifty_two_letters thisisonelongwordwithoutanydigitinitthatisfiftytwoon
eyJ eyJhbGciOi.eyJ AKCp cmVmdGtu AZDO AKIA ya29. ATATTGCAGTCCGATTACAGATTACAGATTACAGATTACAGATTACA
MPa_kN_per_square_metre_2024 c2VydmljZQ== x86_64-unknown-linux-gnu
"""


@pytest.mark.parametrize("word", WORDS.split())
def test_a_word_is_no_token(word):
    assert find_token(f"the {word} and 'x={word}'") == ""
    assert not find_password(f"the {word} and 'x={word}'")


def harmless_texts() -> dict[str, str]:
    """Return long texts without a secret, made up at random."""
    data = os.urandom(300_000)
    names = [some(string.ascii_letters, 2) for _ in range(20_000)]
    return {
        "commits": "\n".join(secrets.token_hex(20) for _ in range(2000)),
        "hashes": "\n".join(f"    --hash=sha256:{sha256(bytes([n])).hexdigest()} \\" for n in range(256)),
        "integrities": "\n".join(f'"sha512-{b64encode(os.urandom(64)).decode()}"' for _ in range(2000)),
        "uuids": "\n".join(str(uuid.uuid4()) for _ in range(5000)),
        "image": f"data:image/png;base64,{b64encode(data).decode()}",
        "notebook": json.dumps({"image/png": encodebytes(data).decode()}),
        "hex": data.hex(),
        "numbers": ",".join(str(number * 1.234567) for number in range(50_000)),
        "minified": ";".join(
            f"function {a}({b}){{return {b}.{a}||{a}[{b}]}}"
            for a, b in zip(names[::2], names[1::2], strict=True)
        ),
        "bytes": data.decode("latin-1"),
    }


@pytest.mark.parametrize("kind", harmless_texts())
def test_a_harmless_text_holds_no_token(kind):
    text = harmless_texts()[kind]
    assert find_token(text) == ""
    assert not find_password(text)


def test_the_files_of_this_repository_hold_no_secret():
    """Only tests hold logins, made up; a token stands nowhere."""
    for path, text in template_files().items():
        assert kinds_in(text) == set(), path
        assert path.startswith("tests/") or not find_password(text), path


# Passwords in URLs

PASSWORD = some(HEX, 12) + "a1"
WITH_PASSWORD = """
https://robot:{}@pypi.acme.com/simple
https://robot:{}@example.com
https://me%40corp.com:{}@acme.com/simple
https://:{}@acme.com
https://${{USER}}:{}@acme.com
https://robot:{}@acme:8080/x
https://robot:{}@[2001:db8::1]:8080/x
HTTPS://robot:{}@ACME.COM
git+https://robot:{}@github.com/acme/beams.git@v1
ssh://git:{}@acme.com/x
postgres://robot:{}@db/app
postgresql+psycopg://robot:{}@db.acme.com:5432/app
mongodb+srv://robot:{}@cluster.mongodb.net/?retryWrites=true
amqp://robot:{}@queue
https://robot:pa/{}@acme.com/x
https://robot:{}/x@acme.com
https://robot:{}#x@acme.com/
https://robot:{}?x@acme.com/
https://robot:pa[{}]@acme.com/
https://robot:a[{}@acme.com/
https://robot:{}é@acme.com
https://robot:p4$$w0rd{}@acme.com
https://robot:%41%42{}@acme.com
https:\\/\\/robot:{}@acme.com\\/simple
https://{}{}@packages.example.com/acme/
https://{}{}:@packages.example.com/acme/
"""

WITHOUT = """
postgresql://user:password@localhost/db
http://user:pass@localhost:8080
https://robot:s3cret-value@127.0.0.1:8080/simple
https://robot:s3cret-value@[::1]:8080/simple
--extra-index-url https://__token__:${VIKTOR_APP_SECRET}@gitlab.com/api/v4/projects/42/packages/pypi/simple
--extra-index-url https://${MY_USER}:${MY_PASSWORD}@my-private-package-index-url
my-package@git+https://${MY_USER}:${MY_PASSWORD}@github.com/my-user-account/my-package
https://${VIKTOR_APP_SECRET}@pypi.fury.io/acme/
https://USER:${NAME}@HOST or https://${NAME}@HOST, https://USER:PASSWORD@HOST:PORT/PATH
https://USER:$TOKEN@example.com/ https://USER:<token>@example.com/ https://USER:<your token>@example.com/
https://user:***@example.com https://user:...@example.com https://user:xxxxxxxx@example.com https://u:[TOKEN]@acme.com
f"https://{user}:{password}@{host}/x", "https://%s:%s@%s" % login, "https://%(user)s:%(password)s@acme.com"
https://%NAME%:%PASSWORD%@acme.com https://robot:$env:TOKEN@acme.com https://oauth2:$(SUBMODULES_TOKEN)@gitlab.com
https://x-access-token:${{ secrets.SUBMODULES_TOKEN }}@github.com/ https://robot:{{ cookiecutter.password }}@acme.com
https://${TOKEN}:x-oauth-basic@github.com https://user:your-token@acme.com https://user:my_password@acme.com
git@example.com:acme/beams.git ssh://git@example.com:2222/acme https://acme@dev.azure.com/acme/_git/x
ssh://APKAEIBAERJR2ABCD345@git-codecommit.eu-west-1.amazonaws.com/v1/repos/beams
https://acme-engineering-group-2024@dev.azure.com/x https://gitlab+deploy-token-1234567@git.acme.com/x
uses: docker://alpine:3.20@sha256:0a1b2c3d4e5f
http://localhost:8080/a@b https://medium.com/@anne https://host:port/@scope/pkg@1.2.3 https://HOST:PORT/x@y.com
re.compile(r"https://([^:]+):([^@]+)@(.+)") and r"://[^/]*:[^@]*@" and https?://([^:]+):secret1@
https://fonts.googleapis.com/css2?family=Roboto:wght@400;700
https://github.com/acme/beams.git@v1.0 https://acme.com:8443/a@b mailto:a:b@c.com file:///C:/x@y.z
https://[not an address]/a@b https://a.b/c:d@e.com
"""


@pytest.mark.parametrize("url", WITH_PASSWORD.split())
def test_a_url_with_a_password_is_found(url):
    text = f"see\n  '{url.replace('{}', PASSWORD).replace('{{', '{').replace('}}', '}')}' there"
    [found] = passwords_in(text)
    assert text[: found.start] == "see\n  '"
    assert find_password(text)


@pytest.mark.parametrize("line", WITHOUT.strip().splitlines())
def test_a_url_without_a_password_passes(line):
    assert [line[found.start :] for found in passwords_in(line)] == []
    assert find_token(line) == ""


def test_nothing_of_a_secret_is_told():
    """A kind is one of the few that the rows name, whatever the text is."""
    kinds = {shape.kind for shape in SHAPES} | {"a URL with a password"}
    for shape in SHAPES:
        token = shape.example()
        text = f"{token} https://robot:{token}@acme.com"
        assert {found.kind for found in (*tokens_in(text), *passwords_in(text))} <= kinds
