"""What an answer for another district says of its numbers."""

import io

from rich.console import Console

from tumbuh.experiments.text import words

ELSEWHERE = "Only the level of stunting is that of"


def says_elsewhere(show, answer):
    """Return what a view says of the numbers of Paser, and whether it does of another district."""

    def shown(**changed):
        out = Console(file=io.StringIO(), width=100)
        show(out, {**answer, **changed}, words("en"))
        return " ".join(out.file.getvalue().split())

    there = shown(district={"id": "berau", "name": "Kabupaten Berau"})
    return ELSEWHERE in shown(), f"{ELSEWHERE} Kabupaten Berau" in there
