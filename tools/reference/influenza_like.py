"""Write the history of influenza-like illness that short series of influenza learn from.

    python tools/reference/influenza_like.py --shared <folder that holds forecast-data>

Visits to outpatient doctors by US state and week, October 2010 to September 2023: US CDC, ILINet, public domain, as
kept in github reichlab/flusion (data-raw/influenza-ilinet). Kept: end of the week, tenths of a percent of visits that
were for the illness, visits for it. The same input gives the same bytes.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

TARGET = Path(__file__).resolve().parents[2] / "src/lachan/forecasting/data/ilinet.parquet"
WEEK_ENDS = 6  # days after `week_start`, a Sunday


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True)
    given = pq.read_table(parser.parse_args().shared / "forecast-data/auxiliary/ilinet-state-2010-2023.parquet")
    there = pc.and_(pc.is_valid(given["unweighted_ili"]), pc.greater(given["total_patients"], 0))
    given = given.filter(there).sort_by([("region", "ascending"), ("week_start", "ascending")])
    ends = given["week_start"].cast(pa.date32()).to_numpy() + np.timedelta64(WEEK_ENDS, "D")
    table = pa.table(
        {
            "region": given["region"].cast(pa.string()).dictionary_encode(),
            "week_end": pa.array(ends, pa.date32()),
            "permille": pa.array(np.round(given["unweighted_ili"].to_numpy() * 10, 1), pa.float32()),
            "visits": pa.array(given["ilitotal"].to_numpy().astype(np.int32)),
        }
    )
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, TARGET, compression="zstd", compression_level=19, store_schema=False)
    print(f"{TARGET.name}: {table.num_rows:,} weeks, {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
