"""The dashboard: pages in a browser on what the rest of dyadsim computes (``dyadsim dashboard``); it computes nothing.

One configuration, a :class:`dyadsim.Scenario`, stands behind all pages but that of trials, which has its own: it is
the address's query, the TOML file that is downloaded and opened, and what ``dyadsim run`` reads. Python plays a whole
session at once and sends it once; the browser moves the playhead. Imports from all floors below but fitting,
validation, findings and coded_video, and needs the extra ``dashboard``.
"""
