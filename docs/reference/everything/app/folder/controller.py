"""What VIKTOR shows of a folder: its beams in a table, each with its utilisation."""

import viktor as vkt

from .parametrization import Parametrization


class Controller(vkt.Controller):
    """One folder."""

    label = "Folder"
    children = ["Beam"]
    show_children_as = "Table"
    parametrization = Parametrization
