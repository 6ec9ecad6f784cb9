"""Half of the generated ids are those of things that are there."""

import json
import os
import zlib

import schemathesis

KNOWN = json.loads(os.environ["KNOWN_IDS"])


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Chance is the generator's: which half an id is in depends on the id."""
    for name, value in (path_parameters or {}).items():
        if name in KNOWN and zlib.crc32(str(value).encode()) % 2:
            path_parameters[name] = KNOWN[name]
    return path_parameters
