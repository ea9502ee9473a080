"""A door: judge the answers, before a file is written."""

import json
import sys

answers, template, words = json.loads({{ [cookiecutter, template_folder(), command_words()] | tojson | tojson }})  # fmt: skip
# cruft moves one clone from commit to commit within a second, in which Python would trust the other commit's .pyc.
sys.dont_write_bytecode = True
sys.path.insert(0, f"{template}/hooks")

from making.answers import main

main(answers, words)
