"""Names: two spellings of one name are the same package, and some names no file can have."""

from __future__ import annotations

import re

# Windows can't hold a file of this name, with any ending (Microsoft, "Naming Files, Paths, and Namespaces").
WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def normalized(name: str) -> str:
    """A name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
