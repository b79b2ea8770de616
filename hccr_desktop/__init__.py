"""HCCR Desktop: an offline handwriting pad for Chinese."""

__version__ = "0.1.0"
