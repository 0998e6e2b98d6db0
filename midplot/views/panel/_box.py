"""The displayed box of a view: one widget with everything in it, which is closed as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import ipywidgets

from midplot.views._front_end import in_colab, marimo_output
from midplot.views._view_state import ViewState
from midplot.views._widgets_inside import inner_widgets
from midplot.views.panel._show import in_notebook
from midplot.views.panel._still_output import StillOutput
from midplot.views.panel.labels._targets import Windows

__all__ = ["PlainBox", "ViewBox"]

_ADVICE = (
    "It is shown in Jupyter, and midplot lab opens a notebook. "
    'Without one, result.to_html("report.html") writes a page for the browser.'
)


class View(Protocol):
    """What a box needs to know of the view that it displays."""

    @property
    def state(self) -> ViewState:
        """What is shown."""

    @property
    def scene_number(self) -> int:
        """Number of scenes that were sent to the page."""

    def words(self) -> str:
        """Return what the view shows, as text."""

    @property
    def is_closed(self) -> bool:
        """Whether its widgets are gone."""

    @property
    def is_running(self) -> bool:
        """Whether what it shows is still being replayed."""

    def still(self) -> str:
        """Return a picture of what the view shows, as HTML that needs no kernel."""

    def still_words(self) -> str:
        """Return what the picture shows, as text."""

    def elsewhere(self) -> list[Any]:
        """Return what is shown where there are no widgets: figures and texts of HTML."""

    def go_to(self, stream: int | str, index: int) -> None:
        """Show a tick of a stream."""

    def label_windows(self, windows: Windows | None = None) -> None:
        """Label many windows in a row."""

    def close(self) -> None:
        """Close the view."""


class PlainBox(ipywidgets.VBox):  # type: ignore[misc]
    """A displayed box. In a notebook its ``repr`` is the same from run to run, so that outputs compare.

    Parameters
    ----------
    children
        The widgets in it.
    words
        Returns in words what it shows.
    name
        The class of its element.
    elsewhere
        Returns what is shown where there are no widgets: figures and texts of HTML.
    advice
        What to do in a terminal or a script, as a sentence.
    """

    def __init__(
        self,
        children: list[Any],
        words: Callable[[], str],
        name: str,
        *,
        elsewhere: Callable[[], Sequence[Any]],
        advice: str,
    ) -> None:
        self._words = words
        self._elsewhere = elsewhere
        self._advice = advice
        super().__init__(children)
        self.add_class(name)

    def __repr__(self) -> str:
        return self._words() if in_notebook() else f"{self._words()}\n{self._advice}"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """Return the widget, as ipywidgets does; outside a notebook with all of the text."""
        bundle = super()._repr_mimebundle_(**options)
        # ipywidgets cuts a longer text. A terminal shows nothing else.
        return bundle if in_notebook() else {**bundle, "text/plain": repr(self)}

    def _ipython_display_(self) -> None:
        """Display the widget as an output of its own where the result of a cell is no place for it."""
        if not in_colab():
            # IPython then goes on to the bundle.
            raise NotImplementedError
        from IPython.display import display

        # What Colab has to know of a widget, it adds to what is displayed, and not to the result of a cell.
        display(self._repr_mimebundle_(), raw=True)

    def _display_(self) -> Any:
        """Return what marimo shows, which has no way to show this widget. Only marimo asks for it."""
        return marimo_output(self._elsewhere())

    def close_all(self) -> None:
        """Close the box and every widget in it, with those that ipywidgets has made for their layout and style."""
        for widget in inner_widgets(self):
            ipywidgets.Widget.close(widget)


class ViewBox(PlainBox):
    """The box of a replay view.

    Parameters
    ----------
    children
        The widgets in it.
    view
        The view that it displays.

    Attributes
    ----------
    picture
        What a notebook shows without its kernel.
    """

    def __init__(self, children: list[Any], view: View) -> None:
        self._view = view
        self._is_shown = False
        self.picture = StillOutput(view.still, view.still_words)
        super().__init__(children, view.words, "midplot-view", elsewhere=view.elsewhere, advice=_ADVICE)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Return the widget and its picture, for front ends and tools that choose one type of a bundle."""
        return {**self._widget_bundle(**options), "text/html": self._view.still()}

    def _widget_bundle(self, **options: Any) -> dict[str, Any]:
        """Return the widget. As the text of an output it needs no advice on how to show it."""
        bundle: dict[str, Any] = super()._repr_mimebundle_(**options)
        return {**bundle, "text/plain": self._words()} if in_notebook() else bundle

    def __repr__(self) -> str:
        """Return what it shows, and in a notebook how to show it: in the middle of a cell it does not show itself."""
        shown = super().__repr__()
        return f"{shown}. Show it with display(view), or as the last line of a cell." if in_notebook() else shown

    def _ipython_display_(self) -> None:
        """Display the widget and its picture as two outputs."""
        if not in_notebook():
            # IPython then goes on to the bundle: a terminal shows its text.
            raise NotImplementedError
        from IPython.display import display

        if not self._view.is_closed:
            self._is_shown = True
            display(self._widget_bundle(), raw=True)
        # During a replay there is nothing to see yet. The picture follows when it ends.
        if not self._view.is_running:
            self.picture.show()

    def show_picture(self) -> None:
        """Display the picture of a replay that has ended, if the view was displayed while it was running."""
        if self._is_shown and not self.picture.is_shown:
            self.picture.show()

    @property
    def state(self) -> ViewState:
        """What is shown."""
        return self._view.state

    @property
    def scene_number(self) -> int:
        """Number of scenes that were sent to the page."""
        return self._view.scene_number

    def go_to(self, stream: int | str, index: int) -> None:
        """Show a tick of a stream: the window that ends there is selected, with some room around it.

        Parameters
        ----------
        stream
            Id or name of the stream.
        index
            Original index of the tick.

        Raises
        ------
        ArgumentError
            If there is no such stream.
        ScenarioError
            If there is no such tick.
        """
        self._view.go_to(stream, index)

    def label_windows(self, windows: Windows | None = None) -> None:
        """Label many windows in a row, over all streams: one at a time, with its past and nothing after it.

        The keys U, D and N label the window and go on to the next one, S skips it, B goes back to the one before, and
        Escape leaves. Whatever was labelled or proposed for a window before is told only once it has a label.

        Parameters
        ----------
        windows
            The windows to label: a movie, to review its labels; or a list of scenarios, selections, suggestions or
            ``(stream, first, last)``, with the id or name of a stream and original indices, both included. By default
            those that are left from the last time, or else the suggestions that are most worth labelling. Windows that
            are labelled already are left out, unless they are given as scenarios; so are those that do not fit the
            replayed streams, which the status line counts.

        Raises
        ------
        ArgumentTypeError
            If one of the windows is something else.
        """
        self._view.label_windows(windows)

    def close(self) -> None:
        """Close all widgets of the view, and let go of the replay, which goes on if it is running."""
        self._view.close()
