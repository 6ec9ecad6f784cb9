"""Holds a running Kith against its own OpenAPI document with Schemathesis: run.py PROGRAM EXAMPLES [SEED].

Starts the program with data of its own, makes a person who has one of everything, and lets Schemathesis call every operation as that person with
valid and invalid requests. What is found is printed as a curl command. Ends with the status of Schemathesis.
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from world import World

HERE = Path(__file__).parent
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "unsupported_method",
]
# what ends the session or the account that everything else is called with
ENDS_ITSELF = r"^/api/auth/(logout|logout-all|password/(change|reset)|account/.*|username|sessions/.*)$"


def started(program, data):
    """The program and its address."""
    kith = subprocess.Popen(
        [program, "--port", "0", "--data", data], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    for line in kith.stdout:
        if found := re.search(r"ready at (http://\S+)", line):
            threading.Thread(target=kith.stdout.read, daemon=True).start()
            return kith, found.group(1)
    sys.exit(f"{program} ended with {kith.wait()} before it was ready")


def schemathesis(address, world, examples, seed):
    """Its exit status."""
    command = [
        Path(sys.executable).with_name("schemathesis"),
        "run",
        f"{address}/api/openapi.json",
        f"--url={address}",
        "--phases=examples,coverage,fuzzing",
        f"--checks={','.join(CHECKS)}",
        f"--max-examples={examples}",
        f"--seed={seed}",
        "--no-shrink",
        "--continue-on-failure",
        "--suppress-health-check=all",
        "--warnings=off",
        f"--header=Authorization: Bearer {world.token}",
        f"--exclude-path-regex={ENDS_ITSELF}",
    ]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
        "PYTHONDONTWRITEBYTECODE": "1",
        "KNOWN_IDS": world.known(),
    }
    with tempfile.TemporaryDirectory() as folder:  # it keeps its examples in the folder it is in
        return subprocess.run(command, env=environment, cwd=folder, check=False).returncode


def main():
    program, examples = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    with tempfile.TemporaryDirectory() as data:
        kith, address = started(program, data)
        try:
            return schemathesis(address, World(address), examples, seed)
        finally:
            kith.terminate()
            kith.wait()


if __name__ == "__main__":
    sys.exit(main())
