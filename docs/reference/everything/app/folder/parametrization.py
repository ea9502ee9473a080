"""What the user does in a folder: add beams, open them, remove them."""

import viktor as vkt


class Parametrization(vkt.Parametrization):
    """The beams of the folder."""

    introduction = vkt.Text("The **beams** of one project. Each is checked and saved separately.")
    beams = vkt.ChildEntityManager("Beam")
