"""Entry point of the app: the submodules become importable first, then the controllers that VIKTOR needs."""

from .submodules import make_importable

make_importable()

from .beam.controller import Controller

__all__ = ["Controller"]
