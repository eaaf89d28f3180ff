"""The researcher's walk: ten cells from a question to a figure, run from the first to the last."""

import sys
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs/walk.ipynb"


class _Own(KernelSpecManager):
    """The Python that runs the tests, whatever kernels are installed beside it."""

    def get_kernel_spec(self, kernel_name):
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="own", language="python")


def test_the_walk_runs_and_ends_in_a_figure(tmp_path):
    book = nbformat.read(NOTEBOOK, as_version=4)
    assert len(book.cells) == 10
    assert all(not cell.get("outputs") for cell in book.cells), "stored without outputs"
    client = NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}})
    from jupyter_client.manager import AsyncKernelManager

    client.km = AsyncKernelManager(kernel_spec_manager=_Own(), kernel_name="python3")
    client.execute()
    shown = [output for cell in book.cells for output in cell.get("outputs", [])]
    assert not any(output.output_type == "error" for output in shown)
    kinds = {kind for output in shown for kind in output.get("data", {})}
    assert {"text/html", "image/png"} <= kinds
    # Worlds in rows, strategies in columns: shares that add up to one.
    table = book.cells[5].outputs[0]["data"]["text/plain"]
    assert "standard" in table and "equal_food" in table
