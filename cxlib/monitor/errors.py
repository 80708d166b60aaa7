"""What can be wrong with numbers to be monitored."""


class MonitorError(ValueError):
    """Counts, values, periods or landlords that can't be right; the message names which."""
