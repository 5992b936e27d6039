#!/usr/bin/env python3
"""Runs the program as cases.txt says and compares what it writes with the golden files.

    check.py PROGRAM FOLDER SCHEMA [--update]

A case is a line "NAME: ARGUMENTS"; {tmp} in it is a folder that all cases of a run share. Its golden file NAME.txt holds what was written to standard output,
then, where there is any, "--- stderr" and what was written there, and at last the exit code. Lines of
JSON are checked against the schema too, where python3-jsonschema is installed.
"""

import difflib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    jsonschema = None
    print("SKIPPED in part: python3-jsonschema is not installed; JSON was not checked against the schema")


def written(program: str, folder: pathlib.Path, arguments: str, tmp: str) -> tuple[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment["TZ"] = "UTC"
    words = shlex.split(arguments.replace("{tmp}", tmp))
    done = subprocess.run([program, *words], cwd=folder, capture_output=True,
                          timeout=60, check=False, env=environment)
    out = done.stdout.decode("ascii").replace("\r\n", "\\r\n")
    text = out
    if done.stderr:
        text += "--- stderr\n" + done.stderr.decode("ascii")
    text = text.replace(tmp, "{tmp}")
    return out, text + f"--- exit {done.returncode}\n"


def json_problems(out: str, schema: dict) -> list[str]:
    problems = []
    for line in out.splitlines():
        record = json.loads(line)
        if jsonschema is None or record["schema"] != schema["title"]:
            continue  # packets have a schema of their own
        kind = {"$ref": f"#/$defs/{record['type']}", "$defs": schema["$defs"]}
        validator = jsonschema.Draft202012Validator(kind)
        problems += [f"{error.json_path}: {error.message}" for error in validator.iter_errors(record)]
    return problems


def main() -> int:
    program, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    schema = json.loads(pathlib.Path(sys.argv[3]).read_text())
    update = "--update" in sys.argv
    wrong = 0
    tmp = tempfile.TemporaryDirectory(prefix="sonde_golden_")
    for line in (folder / "cases.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, arguments = (part.strip() for part in line.split(":", 1))
        out, text = written(program, folder, arguments, tmp.name)
        path = folder / f"{name}.txt"
        if update:
            path.write_text(text)
        expected = path.read_text() if path.exists() else ""
        problems = json_problems(out, schema) if "--json" in arguments and out else []
        if text == expected and not problems:
            continue
        wrong += 1
        print(f"FAILED {name}: sonde {arguments}", *problems, sep="\n")
        sys.stdout.writelines(difflib.unified_diff(expected.splitlines(True), text.splitlines(True),
                                                   "golden", "written"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
