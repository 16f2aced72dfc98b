"""Tables out of Parquet files, read without threads of Arrow's.

A process that ends while a pool of Arrow's threads is just being begun may abort with "terminate called without an
active exception", though all it had to do is done (https://github.com/apache/arrow/issues/34314). Files here are small,
or read one by one, so that a pool would win nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow.parquet as pq


def read_parquet(source: Path | IO[bytes]) -> pd.DataFrame:
    """The table in a Parquet file, its rows numbered from 0.

    Parameters
    ----------
    source : path, or an open file.

    Returns
    -------
    the table; columns have the types of the file.

    Raises
    ------
    pyarrow.ArrowException, OSError
        if it cannot be read, or is no Parquet file.
    """
    with pq.ParquetFile(source, pre_buffer=False) as file:  # a buffer of reads to come is filled by threads
        return file.read(use_threads=False).to_pandas(use_threads=False, ignore_metadata=True)
