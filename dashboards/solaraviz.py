"""Mesa's own dashboard on a DyadModel, by itself: ``solara run dashboards/solaraviz.py``.

For thought and teaching; no clinical instrument and no rating of a parent.
"""

from dyadsim.dashboard.mesa_viz import MesaViz as Page

__all__ = ["Page"]
