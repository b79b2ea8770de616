"""Speed and memory, measured on a quiet machine: ``make bench``. Not part of the tests."""
