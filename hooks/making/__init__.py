"""What the two hooks do, one job a module; standard library only, but for what clones submodules.

What the app's own preflight knows too (its tokens, its submodules, its metadata) is imported from the template's
app folder as it stands, before anything is rendered: so the first hook has it, and it says the same as the app.

What few bakes need of Python's library is imported where it is used, as each import costs every bake its time. The
modules of the template stand on top, as during a long clone another run may replace the folder that they come from.
"""

import sys
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parents[2]
TEMPLATE_APP = TEMPLATE / "{{cookiecutter.app_slug}}"

sys.path.insert(1, str(TEMPLATE_APP))
