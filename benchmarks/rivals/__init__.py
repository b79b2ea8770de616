"""This project beside other engines on the same samples; docs/rivals.md says how they are compared."""
