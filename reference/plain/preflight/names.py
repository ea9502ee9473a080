"""Names of packages: two spellings of one name are the same package."""

from __future__ import annotations

import re


def normalized(name: str) -> str:
    """Return a name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
