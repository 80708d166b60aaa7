"""Where things are: the same from JupyterLab, papermill, nbval and the command line."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
FIGURES = ROOT / "figures"
RELEASED = ROOT / "config" / "released.json"  # digests of the notebooks as they were released
RUNS = ROOT / "runs"
LEDGER = Path("data", "ledger")  # in the folder that a project is in: private, and kept
