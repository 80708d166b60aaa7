"""python -m demo [folder], in the folder tests: `make demo`."""

import sys
from pathlib import Path

from cxlib.places import RAW
from demo import write

if __name__ == "__main__":
    for path in write(Path(sys.argv[1]) if len(sys.argv) > 1 else RAW / "haag-wonen"):
        print(path)
