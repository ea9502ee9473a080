"""Where the template lies, and in it the hooks, and the app's own folder, whose name is rendered."""

from pathlib import Path

TEMPLATE = Path(__file__).resolve().parents[2]
TEMPLATE_HOOKS = TEMPLATE / "hooks"
TEMPLATE_APP = TEMPLATE / "{{cookiecutter.app_slug}}"
