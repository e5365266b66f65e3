"""Takes the API definitions out of the downloaded wheels: WHEELS OUT -> OUT/china.json, OUT/intl.json."""

import pathlib
import sys
import zipfile

MEMBER = "tccli/services/ccc/v20200210/api.json"
SITES = {"china": "tccli-", "intl": "tccli_intl_en-"}

wheels, out = map(pathlib.Path, sys.argv[1:])
out.mkdir(parents=True, exist_ok=True)
for site, prefix in SITES.items():
    found = list(wheels.glob(f"{prefix}*.whl"))
    if len(found) != 1:
        sys.exit(f"expected one wheel {prefix}*.whl in {wheels}, found {len(found)}")
    with zipfile.ZipFile(found[0]) as wheel:
        (out / f"{site}.json").write_bytes(wheel.read(MEMBER))
