"""Writes the broken logs of this folder: `python make.py` (pyarrow for the Parquet files; last made with 26.0)."""

import gzip
import io
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).parent
HEADER = "actor,target,time,kind\n"
GOOD = "alice,bob,2024-03-01T12:00:00Z,reply\nbob,carol,2024-03-02T08:30:00Z,share\n"


def text(name, content):
    (HERE / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def packed(content):
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as file:
        file.write(content.encode())
    return buffer.getvalue()


text("wrong_column.csv", "acter,target,time\nalice,bob,2024-03-01\n")
text("no_header.csv", "alice,bob,1709294400\nbob,carol,1709294401\n")
text("duplicate_column.csv", "actor,target,time,actor\nalice,bob,2024-03-01,carol\n")
text("wrong_type.csv", HEADER + "alice,bob,yesterday,reply\nbob,carol,today,share\n")
text("bad_utf8.csv", (HEADER + GOOD).encode() + b"al\xff\xfece,bob,2024-03-03,like\n")
text("utf16.csv", (HEADER + GOOD).encode("utf-16"))
text("ragged.csv", HEADER + GOOD + "carol,dave\ncarol,dave,2024-03-03,like,twice,thrice\n")
text("open_quote.csv", HEADER + GOOD + '"carol,dave,2024-03-03,like\n' + GOOD)
text("empty.csv", "")
text("header_only.csv", HEADER)
text("null_ids.csv", HEADER + GOOD + ",bob,2024-03-01,like\ncarol,,2024-03-01,like\n")
text("unknown_kind.csv", HEADER + GOOD + "carol,dave,2024-03-03,dance\n")
text(
    "quotes.csv",
    HEADER + '"alice, the ""first""","bob\nand\nfriends",2024-03-01,reply\nbob,carol,never,share\n"dave","eve",2024-03-02,like\n',
)
text(
    "weights.csv",
    "actor,target,time,weight\n"
    + "".join(f"alice,bob,2024-03-01,{weight}\n" for weight in ["1.5", "", "NaN", "-1", "inf", "-inf", "1e300", "heavy", "4294967296"]),
)
text(
    "sentiment.csv",
    "actor,target,time,sentiment\n"
    + "".join(f"alice,bob,2024-03-01,{tone}\n" for tone in ["Positive", "neutral", "-1", "0.25", "", "1.5", "-2", "angry"]),
)
text("year_1970.csv", HEADER + "alice,bob,1709294400,reply\nbob,carol,0,share\ncarol,dave,42,like\n")
text("year_292277.csv", HEADER + GOOD + "carol,dave,+292277-01-09T04:00:54Z,like\ncarol,dave,292277-01-09,like\n")
text("mixed_units.csv", HEADER + "alice,bob,1709294400,reply\nbob,carol,1709294400000,share\n")
text("ambiguous_unit.csv", HEADER + "alice,bob,17,reply\nbob,carol,19,share\n")
text("kind_is_an_id.csv", HEADER + "".join(f"alice,bob,2024-03-01,k{row:03}\n" for row in range(300)))
text("lines.ndjson", '{"actor": "alice", "target": "bob", "time": 1709294400}\n{"actor": "alice",\n\n["alice"]\n'
     '{"actor": "bob", "target": {"id": 7}, "time": 1709294401}\n')
text("array.json", '[{"actor": "alice", "target": "bob", "time": 1709294400}]\n')

start = datetime(2024, 3, 1)
rows = [f"p{row % 40},p{(row * 7 + 1) % 40},{(start + timedelta(minutes=7 * row)).isoformat()}Z,reply\n" for row in range(1200)]
text("future.csv", HEADER + "".join(rows) + "p1,p2,2025-03-01T00:00:00Z,reply\n")

whole = packed(HEADER + "".join(rows))
text("truncated.csv.gz", whole[: len(whole) // 2])
text("long_field.csv.gz", packed(HEADER + GOOD + "x" * (1 << 20) + ",bob,2024-03-03,like\n"))

buffer = io.BytesIO()
pq.write_table(pa.table({"actor": ["alice", "bob"], "target": ["bob", "carol"], "time": [1709294400, 1709294401]}), buffer)
text("truncated.parquet", buffer.getvalue()[:-40])
buffer = io.BytesIO()
pq.write_table(pa.table({"actor": ["alice"], "target": ["bob"], "time": [True]}), buffer)
text("wrong_type.parquet", buffer.getvalue())
