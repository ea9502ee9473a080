"""Writes a text so that a language takes it as it is: for the app's files that hold the answers."""

from __future__ import annotations

# What means something to Markdown anywhere in a line, and what does so at its beginning only.
ANYWHERE, AT_THE_BEGINNING = "\\`*_[]<#|~$", "-+=>"
# Each of these ends a text between single quotes in PowerShell (about_Quoting_Rules: the curly ones too).
QUOTES_OF_POWERSHELL = "'\u2018\u2019\u201a\u201b"


def in_markdown(text: str) -> str:
    """Return a line of text as Markdown shows it."""
    return "".join(
        f"\\{character}" if means_something(text, place) else character
        for place, character in enumerate(text)
    )


def means_something(text: str, place: int) -> bool:
    """Tell whether the character at a place would be taken for Markdown: a list's number and an entity are too."""
    character = text[place]
    if character in ANYWHERE or (place == 0 and character in AT_THE_BEGINNING):
        return True
    is_number_of_a_list = character in ".)" and text[:place].isdecimal()
    return is_number_of_a_list or (character == "&" and ";" in text)


def in_powershell(text: str) -> str:
    """A text as PowerShell takes it for one word."""
    return f"'{''.join(letter * 2 if letter in QUOTES_OF_POWERSHELL else letter for letter in text)}'"


def in_bash(text: str) -> str:
    """A text as a shell takes it for one word; always quoted, so that a name with blanks looks like another."""
    return "'{}'".format(text.replace("'", "'\\''"))
