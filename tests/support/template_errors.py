"""What is wrong with a file of the template: where, and not all of the answers and settings, which cookiecutter adds."""

from cookiecutter.exceptions import UndefinedVariableInTemplate

from tests.support.places import TEMPLATE_APP


def without_context(printed: str) -> str:
    """Return what cookiecutter printed without all the answers and settings, which it prints after a file's error."""
    return printed.partition("\nContext: {")[0]


def explain(error: Exception) -> str:
    """Return what is wrong with a file of the template, and where, of an error that cookiecutter raised."""
    if isinstance(error, UndefinedVariableInTemplate):
        return f"{error.message}: {error.error.message} (the file is in {TEMPLATE_APP.name}/)"
    return str(error)
