"""Over time and among peers: control charts, norm times, the sector benchmark."""

from cxlib.monitor.charts import RULES, Chart, MonitorError, against_centre, laney, p_chart, xmr
from cxlib.monitor.periodic import (
    Closing,
    base_of,
    by_period,
    closing,
    mean_chart,
    norm_chart,
    rate_chart,
    share_chart,
)
from cxlib.monitor.standing import mode_gaps, position, precision, standing
