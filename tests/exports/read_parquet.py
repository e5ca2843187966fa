"""Prints a Parquet file as Arrow reads it: its types, how many row groups, and its rows as JSON (times in milliseconds)."""

import json
import sys

import pyarrow.parquet as parquet

file = parquet.ParquetFile(sys.argv[1])
table = file.read()
types = {field.name: str(field.type) for field in table.schema}
for i, field in enumerate(table.schema):
    if str(field.type).startswith("timestamp"):
        table = table.set_column(i, field.name, table.column(i).cast("int64"))
print(json.dumps({"types": types, "groups": file.num_row_groups, "rows": table.to_pylist()}))
