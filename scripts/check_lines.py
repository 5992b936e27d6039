#!/usr/bin/env python3
"""Checks lines of `sonde ... --json` from standard input: each against the schema, each summary's sums.

    sonde ping --json -c 5 192.0.2.1 | python3 scripts/check_lines.py
"""
import functools
import json
import pathlib
import sys

import jsonschema

SCHEMA = pathlib.Path(__file__).resolve().parent.parent / "docs/schema/sonde-1.schema.json"


@functools.lru_cache
def validator(kind):
    definitions = json.loads(SCHEMA.read_text())["$defs"]
    return jsonschema.Draft202012Validator({"$ref": "#/$defs/" + kind, "$defs": definitions})


def main():
    kinds, wrong = {}, 0
    for line in sys.stdin:
        record = json.loads(line)
        kinds[record["type"]] = kinds.get(record["type"], 0) + 1
        for error in validator(record["type"]).iter_errors(record):
            wrong += 1
            print(f"{error.message[:200]}: {line[:200]}")
        counts = record.get("counts")
        if counts and counts["sent"] != counts["received"] + counts["lost"] + counts["in_flight"]:
            wrong += 1
            print(f"sent is not received + lost + in flight: {counts}")
    total = sum(kinds.values())
    print(f"{total} lines valid {kinds}" if not wrong else f"{wrong} wrong in {total} lines {kinds}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
