"""The pane of the network: its layers, and where in them we are."""

from __future__ import annotations

from rich.text import Text

from bpdebug.debugger.view import View
from bpdebug.tui.panes.base import Pane


class NetworkPane(Pane):
    """A small drawing of the layers with their sizes, and how large what flows through them is."""

    heading = "Network"
    short = "Net"
    about = (
        "The layers as the equations show them, each with its size: how large its activations are, and its gradients "
        "once they are computed, in bars with numbers; units that give 0 for every example are counted as dead. "
        "The arrow shows where in it we are, on the way forward or back."
    )

    def lines(self, view: View, width: int) -> list[Text]:
        from bpdebug.tui.network import network_lines

        return network_lines(view, width, self.room.height, self.look)
