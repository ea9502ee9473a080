"""A door: make an app of the files that were written, with its repository, submodules and first commit."""
# /// script
# requires-python = ">=3.10"
# dependencies = ["GitPython>=3.1.62", "rich>=13", "tomli>=2; python_version < '3.11'"]
# ///

import json
import sys

answers, template, words = json.loads({{ [cookiecutter, template_folder(), command_words()] | tojson | tojson }})  # fmt: skip
# cruft moves one clone from commit to commit within a second, in which Python would trust the other commit's .pyc.
sys.dont_write_bytecode = True
sys.path.insert(0, f"{template}/hooks")

from making.ending import end_quietly

end_quietly()

from making.app import main

main(answers, words)
