"""Entry point of the app: the submodules become importable first, then the controllers that VIKTOR needs."""

from app.submodules import make_importable

make_importable()

from app.controller import Controller

__all__ = ["Controller"]
