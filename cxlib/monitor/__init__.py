"""Over time and among peers: control charts, norm times, the sector benchmark."""

from cxlib.monitor.charts import RULES, Chart, MonitorError, against_centre, laney, p_chart, xmr
from cxlib.monitor.periodic import (
    Closing,
    answer_chart,
    base_of,
    by_period,
    closing,
    norm_chart,
    rate_chart,
)
from cxlib.monitor.standing import mode_gaps, position, precision, standing
