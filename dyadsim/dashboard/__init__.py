"""The dashboard: pages in a browser on what the rest of dyadsim computes (``dyadsim dashboard``).

One configuration, a :class:`dyadsim.Scenario`, stands behind all pages: it is the address's query, the TOML file that
is downloaded and opened, and what ``dyadsim run`` reads. Python plays a whole session at once and sends it once; the
browser moves the playhead. Needs the extra ``dashboard``.

``served`` is what one server is started with, ``state`` what a visitor sees, ``opened`` the results folders that are
read; ``tracks``, ``forms``, ``lesson``, ``figures`` and ``sweep_data`` turn results into plain data for the components
(``components/*.vue``), ``pages`` put these together.
"""
