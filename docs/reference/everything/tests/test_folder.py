"""The tree: what a folder may hold, and what a new workspace begins with."""

import unittest

import viktor as vkt

import app
from app.folder.controller import Controller


class TestFolder(unittest.TestCase):
    def test_every_child_is_an_entity_type(self):
        for name in Controller.children:
            self.assertTrue(issubclass(getattr(app, name), vkt.Controller))

    def test_a_new_workspace_has_somewhere_to_begin(self):
        self.assertTrue(app.initial_entities)
