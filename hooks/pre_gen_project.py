"""A door: judge the answers, and mark the app as begun, before a file is written."""

import json
import sys

answers, template, words = json.loads({{ [cookiecutter, template_folder(), command_words()] | tojson | tojson }})  # fmt: skip
# cruft moves one clone from commit to commit within a second, in which Python would trust the other commit's .pyc.
sys.dont_write_bytecode = True
sys.path.insert(0, f"{template}/hooks")

from making.ending import end_quietly

end_quietly()

from making.answers import main
from making.unfinished import begin

main(answers, words)
begin()
