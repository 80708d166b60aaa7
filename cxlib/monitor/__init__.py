"""Over time and among peers: control charts, norm times, the sector benchmark."""

from cxlib.monitor import benchmark
from cxlib.monitor.charts import Chart, laney, p_chart, xmr
from cxlib.monitor.durations import Share, judged, share_within
from cxlib.monitor.errors import MonitorError
from cxlib.monitor.modes import mode_gaps
from cxlib.monitor.periodic import base_of, by_period, mean_chart, share_chart, within_norm
from cxlib.monitor.rules import RULES
from cxlib.monitor.standing import precision, standing

__all__ = [
    "RULES",
    "Chart",
    "MonitorError",
    "Share",
    "base_of",
    "benchmark",
    "by_period",
    "judged",
    "laney",
    "mean_chart",
    "mode_gaps",
    "p_chart",
    "precision",
    "share_chart",
    "share_within",
    "standing",
    "within_norm",
    "xmr",
]
