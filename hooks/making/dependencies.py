"""What the submodules need is written to requirements.txt; what can't be written there is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from preflight.names import normalized
from preflight.package_files import MetadataError
from preflight.packages import Loader, load_loader, read_packages
from preflight.submodule_url import SUBMODULES, Submodule

from making.reading import Reading
from making.settings import Answers

if TYPE_CHECKING:
    from preflight.metadata import Need

REQUIREMENTS = Path("requirements.txt")
BY_HAND = "Add what it needs to requirements.txt by hand."


@dataclass(frozen=True)
class Described:
    """What the packages of a submodule say about themselves: their names, what they need, and what isn't read."""

    names: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    unread: tuple[str, ...] = ()


def require_dependencies(submodules: list[Submodule], answers: Answers) -> list[str]:
    """Write what the submodules need to requirements.txt, each under a comment; return what can't be written.

    Not written is what is there already, as a submodule, as one of the private packages or in that file. Nor is
    what a package itself says comes from elsewhere: pip would take a stranger's package of that name from PyPI.
    """
    folders = [folder for folder in Path(SUBMODULES).iterdir() if folder.is_dir()]
    loader = load_loader(Path.cwd())
    described = {folder.name: describe(folder, loader) for folder in folders}
    provided = {name for one in described.values() for name in one.names}
    provided |= set(Reading(answers).package_names)
    notes = []
    for submodule in submodules:
        found = described[submodule.name]
        missing = [need for need in found.needs if need.name not in provided]
        elsewhere = [need for need in missing if need.from_elsewhere]
        public = [need for need in missing if not need.from_elsewhere]
        require(submodule, [need.requirement for need in public if need.is_plain])
        notes += [note_of_place(submodule, elsewhere)] if elsewhere else []
        notes += [f"{submodule.path}: {why}. {BY_HAND}" for why in found.unread]
        unusual = ", ".join(need.shown for need in public if not need.is_plain)
        if unusual:
            notes.append(f"{submodule.path}: not every need is a plain requirement ({unusual}). {BY_HAND}")
    return notes


def describe(folder: Path, loader: Loader) -> Described:
    """Return what the packages in the folder of a submodule say about themselves; the loader finds them."""
    if not any(folder.iterdir()):
        return Described((folder.name,), unread=("its folder is empty",))
    try:
        packages = read_packages(loader, folder.resolve())
    except MetadataError as error:
        return Described((normalized(folder.name),), unread=(str(error),))
    return Described(
        names=tuple(normalized(package.name) for package in packages),
        needs=tuple(need for package in packages for need in package.needs),
        unread=tuple(note for package in packages for note in package.notes),
    )


def require(submodule: Submodule, requirements: list[str]) -> None:
    """Write requirements that aren't in requirements.txt yet, below the comment that names the submodule."""
    text = REQUIREMENTS.read_text(encoding="utf-8")
    lines = text.rstrip().split("\n")
    missing = [line for line in dict.fromkeys(requirements) if line not in lines]
    if not missing:
        return
    heading = f"# needed by {submodule.path}"
    if heading not in lines:
        lines += ["", heading]
    place = lines.index(heading) + 1
    lines[place:place] = missing
    REQUIREMENTS.write_text("\n".join([*lines, ""]), encoding="utf-8", newline="\n")


def note_of_place(submodule: Submodule, needs: list[Need]) -> str:
    """Return the note about what a submodule needs from elsewhere, each with the place where it says so."""
    listed = "\n".join(f"{need.name}: {need.from_elsewhere}" for need in needs)
    return (
        f"{submodule.path} needs packages that come, or may come, from elsewhere than PyPI. They aren't in requirements.txt, so\n"
        f"that no stranger's is installed. Add each as a submodule, or from its own place:\n{listed}"
    )
