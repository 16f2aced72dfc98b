"""Small valid files of ELAN, Datavyu, GridWare and RTTM, written as their programs write them.

Each function takes events ``(tier, onset, offset, code)`` (s; the offset is where the event is over) and gives the
bytes of a file. Times are written to the millisecond.
"""

import csv
import io
import zipfile
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

EVENTS = [
    ("mother", 0.0, 1.2, "positive"),
    ("mother", 1.2, 3.0, "neutral"),
    ("mother", 3.4, 6.04, "negative"),
    ("infant", 0.0, 0.8, "neutral"),
    ("infant", 0.8, 2.0, "negative"),
    ("infant", 2.0, 6.04, "positive"),
]


def ms(seconds):
    return round(seconds * 1000)


def clock(seconds, mark="."):
    """``hh:mm:ss.mmm``, or with another mark before the milliseconds."""
    whole, rest = divmod(ms(seconds), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{rest:03}"


def by_tier(events):
    tiers = {}
    for tier, *event in events:
        tiers.setdefault(tier, []).append(tuple(event))
    return tiers


# ELAN -----------------------------------------------------------------------------------------------------------------


def elan_eaf(events, participants=(), empty=("notes",), more=""):
    """An .eaf file: a tier a tier of the events, with ``participants`` by tier; ``empty`` tiers; ``more`` XML."""
    slots, tiers, number = [], [], 0
    for tier, rows in [*by_tier(events).items(), *((tier, []) for tier in empty)]:
        annotations = []
        for onset, offset, code in rows:
            number += 1
            slots += [(2 * number - 1, ms(onset)), (2 * number, ms(offset))]
            annotations.append(
                f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{number}" TIME_SLOT_REF1="ts{2 * number - 1}" '
                f'TIME_SLOT_REF2="ts{2 * number}"><ANNOTATION_VALUE>{escape(code)}</ANNOTATION_VALUE>'
                "</ALIGNABLE_ANNOTATION></ANNOTATION>\n"
            )
        who = dict(participants).get(tier)
        attributes = f"TIER_ID={quoteattr(tier)}" + (f" PARTICIPANT={quoteattr(who)}" if who else "")
        tiers.append(f'<TIER LINGUISTIC_TYPE_REF="default-lt" {attributes}>\n{"".join(annotations)}</TIER>\n')
    order = "".join(f'<TIME_SLOT TIME_SLOT_ID="ts{n}" TIME_VALUE="{time}"/>\n' for n, time in slots)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ANNOTATION_DOCUMENT AUTHOR="" DATE="2020-01-01T10:00:00+01:00" FORMAT="3.0" VERSION="3.0" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">\n'
        '<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>\n'
        f"<TIME_ORDER>\n{order}</TIME_ORDER>\n{''.join(tiers)}{more}"
        '<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>\n'
        "</ANNOTATION_DOCUMENT>\n"
    ).encode()


_TIMES = {"hh:mm:ss.ms": clock, "ss.msec": lambda seconds: f"{ms(seconds) / 1000:.3f}", "msec": lambda s: str(ms(s))}


def times_of(onset, offset, formats, duration=True):
    """Cells of begin, end and duration, each in every format."""
    return [_TIMES[form](time) for time in (onset, offset, offset - onset)[: 3 if duration else 2] for form in formats]


def elan_tab(events, formats=("msec",), participants=None, duration=True):
    """The tab-delimited export without headers: tier, participant (where given), times, annotation."""
    rows = []
    for tier, onset, offset, code in events:
        who = [] if participants is None else [dict(participants).get(tier, "")]
        rows.append([tier, *who, *times_of(onset, offset, formats, duration), code])
    return "".join("\t".join(row) + "\n" for row in rows).encode()


def time_headers(formats, duration=True):
    whats = ("Begin Time", "End Time", "Duration")[: 3 if duration else 2]
    return [f"{what} - {form}" for what in whats for form in formats]


def elan_long(events, formats=("hh:mm:ss.ms", "ss.msec"), separator="\t"):
    """The tab-delimited export with headers, an annotation a line."""
    header = ["Tier", "Participant", *time_headers(formats), "Annotation"]
    rows = [[tier, "", *times_of(onset, offset, formats), code] for tier, onset, offset, code in events]
    return delimited([header, *rows], separator)


def elan_wide(events, formats=("hh:mm:ss.ms", "ss.msec"), separator="\t", first="", empty=("notes",)):
    """The tab-delimited export with a column a tier; ``first``: a line before the header."""
    tiers = [*by_tier(events), *empty]
    spans = {}
    for tier, onset, offset, code in sorted(events, key=lambda event: event[1:3]):
        spans.setdefault((onset, offset), {})[tier] = code
    rows = [
        [*times_of(onset, offset, formats), *(codes.get(tier, "") for tier in tiers)]
        for (onset, offset), codes in spans.items()
    ]
    return first.encode() + delimited([[*time_headers(formats), *tiers], *rows], separator)


def delimited(rows, separator=","):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


# Datavyu --------------------------------------------------------------------------------------------------------------


def datavyu_db(events, arguments=("code",), empty=("notes",)):
    """The text of a spreadsheet; cells of one argument or, with more, blanks in those after the first."""
    lines = ["#4"]
    names = ",".join(f"{name}|NOMINAL" for name in arguments)
    for tier, rows in [*by_tier(events).items(), *((tier, []) for tier in empty)]:
        lines.append(f"{tier} (MATRIX,true,)-{names}")
        for onset, offset, code in rows:
            values = ",".join([code.replace("\\", "\\\\").replace(",", "\\,"), *[""] * (len(arguments) - 1)])
            lines.append(f"{clock(onset, ':')},{clock(offset, ':')},({values})")
    return "\n".join(lines) + "\n"


def zipped(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return packed.getvalue()


def datavyu_opf(events, arguments=("code",), empty=("notes",)):
    """A project: a zip of a description and the spreadsheet."""
    return zipped(project="!project\nname: visit\nversion: 5\n", db=datavyu_db(events, arguments, empty))


def datavyu_csv(events, arguments=("code",)):
    """The export by cell: columns side by side, padded with blanks."""
    tiers = by_tier(events)
    header = [f"{tier}.{part}" for tier in tiers for part in ("ordinal", "onset", "offset", *arguments)]
    rows = []
    for n in range(max(map(len, tiers.values()))):
        row = []
        for cells in tiers.values():
            if n < len(cells):
                onset, offset, code = cells[n]
                row += [n, ms(onset), ms(offset), code, *[""] * (len(arguments) - 1)]
            else:
                row += [""] * (3 + len(arguments))
        rows.append([*row, ""])  # Datavyu ends every line with a comma
    return delimited([[*header, ""], *rows])


def datavyu_frames(events, fps=25, arguments=("code",)):
    """The export by frame: the number of the frame and its time, then each column's cell in that frame."""
    tiers = by_tier(events)
    header = [f"{tier}.{part}" for tier in tiers for part in ("ordinal", "onset", "offset", *arguments)]
    last = max(offset for _, _, offset, _ in events)
    rows = []
    for frame in range(round(last * fps) + 1):
        time, row = ms(frame / fps), []
        for cells in tiers.values():
            inside = [n for n, (onset, offset, _) in enumerate(cells) if ms(onset) <= time <= ms(offset)]
            if inside:
                onset, offset, code = cells[inside[-1]]
                row += [inside[-1] + 1, ms(onset), ms(offset), code, *[""] * (len(arguments) - 1)]
            else:
                row += [""] * (3 + len(arguments))
        rows.append([frame + 1, time, *row, ""])
    return delimited([["nFrame", "time", *header, ""], *rows])


# GridWare and RTTM ----------------------------------------------------------------------------------------------------


def gridware(events, uncoded="uncoded"):
    """A trajectory: a row where something changes, the end alone in the last."""
    tiers = by_tier(events)
    times = sorted({time for _, onset, offset, _ in events for time in (onset, offset)})
    rows = [["Onset", *tiers]]
    for begin, _ in pairwise(times):
        now = ([code for onset, offset, code in cells if onset <= begin < offset] for cells in tiers.values())
        rows.append([f"{begin:g}", *(codes[0] if codes else uncoded for codes in now)])
    rows.append([f"{times[-1]:g}"])
    return "".join("\t".join(row) + "\n" for row in rows).encode()


def rttm(events, file="visit"):
    """Who speaks when: a line a stretch of speech of each tier, whatever its code."""
    return "".join(
        f"SPEAKER {file} 1 {onset:.3f} {offset - onset:.3f} <NA> <NA> {tier} <NA> <NA>\n"
        for tier, onset, offset, _ in events
    ).encode()


# Reading --------------------------------------------------------------------------------------------------------------


def coding_of(readers, content, name="visit.txt", fps=None):
    """The coding that the one reader which knows a file gives."""
    (reader,) = [reader for reader in readers if reader.knows(name, content)]
    return reader.read(name, content, fps)


def events_of(coding):
    """Events of a coding as they were given to the functions here, in order."""
    columns = coding.events[["tier", "onset", "offset", "code"]].itertuples(index=False)
    return sorted((tier, round(onset, 6), round(offset, 6), code) for tier, onset, offset, code in columns)


def real_events(name):
    """Events of a shipped session."""
    from dyadsim.coded_video.read import read_coded
    from dyadsim.coded_video.write import events_of as stretches

    rows = stretches(read_coded(name)).query("partner != 'episode'")
    return [*rows[["partner", "onset", "offset", "code"]].itertuples(index=False, name=None)]


REAL = ("mangold_3367goodman.csv", "mangold_3532goodman.csv")
