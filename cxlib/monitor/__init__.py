"""Over time and among peers: control charts, norm times, the sector benchmark."""

from cxlib.monitor import benchmark
from cxlib.monitor.charts import Chart, laney, p_chart, xmr
from cxlib.monitor.durations import Share, judged, share_within
from cxlib.monitor.errors import MonitorError
from cxlib.monitor.periodic import base_of, by_period, mean_chart, share_chart, within_norm
from cxlib.monitor.rules import RULES

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
    "p_chart",
    "share_chart",
    "share_within",
    "within_norm",
    "xmr",
]
