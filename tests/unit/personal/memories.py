"""Memories to try things on, and what they are filled with."""

import sqlite3
from contextlib import closing

import numpy as np

from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.melnyk import FEATURES

MODEL = "Tiny 1 test"


def some_ink(number=0):
    return Ink.from_coordinates([[[0.1, 0.2 + number / 1000], [0.9, 0.25]], [[0.5, 0.1], [0.5, 0.8]]])


def some_embedding(number=0):
    return np.random.default_rng(number).normal(0, 1, FEATURES).astype(np.float32)


def fill(memory, count, *, start=0):
    return [
        memory.remember("一丁七万"[n % 4], some_embedding(n), some_ink(n), picked_over="上")
        for n in range(start, start + count)
    ]


def execute(path, *statements):
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
