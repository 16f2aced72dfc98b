"""The dashboard for ``solara run dashboards/app.py``; ``dyadsim dashboard`` serves the very same pages.

For thought and teaching; no clinical instrument and no rating of a parent.
"""

from dyadsim.dashboard.app import routes

__all__ = ["routes"]
