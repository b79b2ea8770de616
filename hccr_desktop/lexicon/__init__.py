"""Readings, meanings and stroke orders, from the packed files of ``resources/lexicon``."""
