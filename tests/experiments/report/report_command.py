"""A command of the program, run in this process."""

from typer.testing import CliRunner

from tumbuh.experiments.app import app, mount


def run(*arguments):
    mount([str(arguments[0])])
    return CliRunner().invoke(app, [str(word) for word in arguments])
