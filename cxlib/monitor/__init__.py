"""Over time and among peers: control charts, norm times, the sector benchmark."""

from cxlib.monitor import benchmark
from cxlib.monitor.charts import Chart, against_centre, laney, p_chart, xmr
from cxlib.monitor.durations import Closing, closing
from cxlib.monitor.errors import MonitorError
from cxlib.monitor.modes import mode_gaps
from cxlib.monitor.periodic import base_of, by_period, mean_chart, norm_chart, share_chart
from cxlib.monitor.rules import RULES
from cxlib.monitor.standing import precision, standing

__all__ = [
    "RULES",
    "Chart",
    "Closing",
    "MonitorError",
    "against_centre",
    "base_of",
    "benchmark",
    "by_period",
    "closing",
    "laney",
    "mean_chart",
    "mode_gaps",
    "norm_chart",
    "p_chart",
    "precision",
    "share_chart",
    "standing",
    "xmr",
]
