"""Entry point of the app: the submodules become importable first, then the controllers that VIKTOR needs."""

import viktor as vkt

from .submodules import make_importable

make_importable()

from .beam.controller import Controller as Beam
from .folder.controller import Controller as Folder

__all__ = ["Beam", "Folder", "initial_entities"]

initial_entities = [
    vkt.InitialEntity("Folder", name="Projects", children=[vkt.InitialEntity("Beam", name="Floor beam")]),
]
