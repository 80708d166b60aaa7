"""What tenants value, and the customer vision that follows from it."""

from importlib.metadata import version

__version__ = version("customer-vision")
