#!/usr/bin/env python3
"""Checks every golden JSON line against the schema: check_schema.py SCHEMA FOLDER...

A line of JSON is one that begins with {"type": in a .json or .txt file; lines of packets have a
schema of their own.

Ends with 77, which ctest shows as skipped, where python3-jsonschema is not installed.
"""

import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("SKIPPED: python3-jsonschema is not installed; the schema was not checked")
    sys.exit(77)


def main() -> int:
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    seen, wrong = set(), 0
    files = [path for folder in sys.argv[2:] for suffix in ("json", "txt")
             for path in sorted(pathlib.Path(folder).glob("**/*." + suffix))]
    for path in files:
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if not line.startswith('{"') or '"schema":"sonde/1"' not in line[:120]:
                continue
            record = json.loads(line)
            seen.add(record["type"])
            alone = validator.evolve(schema={"$ref": f"#/$defs/{record['type']}", **{"$defs": schema["$defs"]}})
            for error in alone.iter_errors(record):
                print(f"{path.name}:{number}: {error.json_path}: {error.message}")
                wrong += 1
    missing = {option["$ref"].split("/")[-1] for option in schema["oneOf"]} - seen
    if missing:
        print("no golden line of type", ", ".join(sorted(missing)))
    return 1 if wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main())
