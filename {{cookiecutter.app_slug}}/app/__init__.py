{%- set tree = cookiecutter.app_type == "tree" -%}
"""Entry point of the app: the submodules become importable first, then the controllers that VIKTOR needs."""
{%- if tree %}

import viktor as vkt
{%- endif %}

from .submodules import make_importable

make_importable()
{% if tree %}
from .beam.controller import Controller as Beam
from .folder.controller import Controller as Folder

__all__ = ["Beam", "Folder", "initial_entities"]

initial_entities = [
    vkt.InitialEntity("Folder", name="Projects", children=[vkt.InitialEntity("Beam", name="Floor beam")]),
]
{%- else %}
from .beam.controller import Controller

__all__ = ["Controller"]
{%- endif %}
