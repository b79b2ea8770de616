"""Fast writing: strokes that join, corners that are cut, hooks that are left out, tails.

The rates come from aligning real pen ink (OLHWDB1.1 writer 1043, and the 84 hands of the validation ink) with the
stroke medians: of all pen lifts between two strokes the 84 hands drop 45 % and writer 1043 60 %, quartiles over
characters 21, 43 and 62 %. How far the pen travels matters little: 60 % of lifts under a fifth of the character are
dropped, 26 % of those over four fifths. Within a character lifts are dropped nearly independently of each other.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_training.sources.banks import Points
from hccr_training.synthesis.strokes import STEP, FlatStrokes

NEAT_SHARE: Final = 0.08
"""Share of samples in which no strokes join; haste is even over [0.1, 1] elsewhere: half of all lifts are dropped."""

JOIN_NEAR: Final = 1.3
JOIN_SLOPE: Final = 0.6
"""Chance of a join is haste * (JOIN_NEAR - JOIN_SLOPE * distance): the slope of the alignment's rates, and somewhat
above them, since the most joined characters could not be aligned and so are missing in the rates."""

STUB_SHARE: Final = 0.3
"""Of the lifts that stay, the share (times haste) in which the pen sets off for the next stroke before it lifts, or
lands before it gets there. By eye: such ligature stubs are common in writer 1043's ink."""

TAIL_SHARE: Final = 0.2
"""Share (times haste) of characters with a tail from the last stroke towards the next character, which makes the body
smaller in its square. By eye: some fifty of 240 characters of writer 1043 have one."""

HOOK_LENGTH: Final = 0.13
HOOK_COSINE: Final = 0.3
"""A hook is what follows a turn of over 73 degrees near a stroke's end and is at most this long."""

MAX_SMOOTHING: Final = 0.06
"""Standard deviation, in units of the character, over which the hastiest pen averages its path: a square of a fifth of
the character becomes round."""


def draw_haste(random: np.random.Generator) -> float:
    """How hurried a sample is, in [0, 1]: 0 is neat, 1 joins nearly all strokes."""
    return 0.0 if random.random() < NEAT_SHARE else float(random.uniform(0.1, 1.0))


def drop_hooks(strokes: FlatStrokes, random: np.random.Generator, haste: float) -> FlatStrokes:
    """Leave out end hooks, each with the chance ``0.1 + 0.5 * haste``."""
    points, owner = strokes.points, strokes.owner
    steps = np.diff(points, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1]) + 1e-9
    cosines = (steps[1:] * steps[:-1]).sum(axis=1) / (lengths[1:] * lengths[:-1])
    ends = np.cumsum(strokes.lengths) - 1
    corners = np.flatnonzero(cosines < HOOK_COSINE) + 1
    remaining = (ends[owner[corners]] - corners) * STEP
    inner = (corners < ends[owner[corners]]) & (corners > strokes.starts[owner[corners]])
    is_late = (remaining < HOOK_LENGTH) & (corners - strokes.starts[owner[corners]] > 4) & inner
    corners = corners[is_late]
    corners = corners[random.random(len(corners)) < 0.1 + 0.5 * haste]
    if not len(corners):
        return strokes
    last_kept = ends.copy()
    np.minimum.at(last_kept, owner[corners], corners)
    keeps = np.arange(len(points)) <= last_kept[owner]
    return FlatStrokes(points[keeps], last_kept - strokes.starts + 1)


def join_strokes(strokes: FlatStrokes, random: np.random.Generator, haste: float) -> FlatStrokes:
    """Drop pen lifts, leave stubs of the way between strokes, and let the last stroke run out in a tail."""
    if haste == 0.0:
        return strokes
    count = len(strokes.lengths)
    pieces = strokes.split()
    chains: list[list[Points]] = [[pieces[0]]]
    draws = random.random((count, 4))
    bows = random.normal(0, 0.12, count)
    for number in range(1, count):
        before, after = pieces[number - 1][-1], pieces[number][0]
        distance = float(np.hypot(*(after - before)))
        joins, keeps_stub, share, side = draws[number]
        is_joined = joins < haste * (JOIN_NEAR - JOIN_SLOPE * distance)
        if not is_joined and keeps_stub >= haste * STUB_SHARE:
            chains.append([pieces[number]])
            continue
        link = _link(before, after, distance, float(bows[number]))
        if is_joined:
            chains[-1] += [link, pieces[number]]
        else:
            size = max(1, int(len(link) * (0.15 + 0.4 * share)))
            if side < 0.7:
                chains[-1].append(link[:size])
                chains.append([pieces[number]])
            else:
                chains.append([link[-size:], pieces[number]])
    if draws[0, 0] < haste * TAIL_SHARE:
        chains[-1].append(_tail(chains[-1][-1][-1], random))
    points = np.concatenate([piece for chain in chains for piece in chain])
    return FlatStrokes(points, np.array([sum(map(len, chain)) for chain in chains]))


def _link(before: Points, after: Points, distance: float, bow: float) -> Points:
    """The way between two strokes, ends left out: a shallow arc, since a hand swings."""
    steps = max(2, int(distance / STEP))
    along = np.arange(1, steps, dtype=np.float32) / np.float32(steps)
    (from_x, from_y), (to_x, to_y) = before, after
    swing = np.float32(4 * bow) * along * (1 - along)
    arc = np.empty((steps - 1, 2), np.float32)
    arc[:, 0] = from_x + (to_x - from_x) * along - (to_y - from_y) * swing
    arc[:, 1] = from_y + (to_y - from_y) * along + (to_x - from_x) * swing
    return arc


def _tail(start: Points, random: np.random.Generator) -> Points:
    """A flick to the right, mostly upwards, bending."""
    length, angle, bend = random.uniform(0.1, 0.4), random.uniform(-1.2, 0.35), random.uniform(-0.8, 0.8)
    along = np.linspace(0, 1, max(3, int(length / STEP)))[1:]
    angles = angle + bend * along
    way = length * along[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.asarray(start + way, np.float32)


def cut_corners(strokes: FlatStrokes, random: np.random.Generator, haste: float) -> FlatStrokes:
    """Average the pen's path over a window that is wider where the pen is faster.

    A pen that moves fast turns late and not all the way: its path is the intended one, low-pass filtered. The speed
    changes slowly along the path, here as one random wave.
    """
    sigma = MAX_SMOOTHING * random.uniform(0, 0.35) if haste == 0.0 else MAX_SMOOTHING * random.uniform(0.1, 1.0)
    sigma *= 0.4 + 0.6 * haste
    if sigma < STEP / 4:
        return strokes
    smooth = _averaged(strokes, sigma / STEP)
    ends = np.cumsum(strokes.lengths) - 1
    if random.random() < 0.7:  # otherwise the ends move inwards, as when the pen lifts in motion
        smooth[strokes.starts], smooth[ends] = strokes.points[strokes.starts], strokes.points[ends]
    phase, pace = random.uniform(0, 2 * np.pi), random.uniform(0.05, 0.3)
    speed = np.clip(0.75 + 0.5 * np.sin(phase + pace * np.arange(len(smooth))), 0, 1).astype(np.float32)
    return FlatStrokes(strokes.points + speed[:, None] * (smooth - strokes.points), strokes.lengths)


def _averaged(strokes: FlatStrokes, sigma: float) -> Points:
    """Gaussian average along each stroke, ends repeated; sigma in points."""
    reach = int(np.ceil(2.5 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded_lengths = strokes.lengths + 2 * reach
    within = np.arange(padded_lengths.sum()) - np.repeat(np.cumsum(padded_lengths) - padded_lengths, padded_lengths)
    inside = np.clip(within - reach, 0, np.repeat(strokes.lengths - 1, padded_lengths))
    padded = strokes.points[np.repeat(strokes.starts, padded_lengths) + inside]
    center = (within >= reach) & (within < np.repeat(padded_lengths - reach, padded_lengths))
    averaged = np.empty((len(padded), 2), np.float32)
    for axis in (0, 1):
        averaged[:, axis] = np.convolve(padded[:, axis], kernel, "same")
    return averaged[center]


def thin_out(strokes: FlatStrokes, random: np.random.Generator) -> FlatStrokes:
    """Keep every second to fourth point in half of the samples.

    Tablets report ten to fifteen points a stroke, and the straight pieces between them show.
    """
    every = int(random.integers(1, 5))
    if every == 1 or random.random() < 0.35:
        return strokes
    within = np.arange(len(strokes.points)) - np.repeat(strokes.starts, strokes.lengths)
    keeps = (within % every == 0) | (within == np.repeat(strokes.lengths - 1, strokes.lengths))
    return FlatStrokes(strokes.points[keeps], np.add.reduceat(keeps, strokes.starts))


def add_tremor(points: Points, random: np.random.Generator, strength: float) -> Points:
    """Shake each point a little; half a pixel of 96 at most times."""
    amplitude = random.exponential(0.0025) * strength
    noise: npt.NDArray[np.float32] = random.standard_normal(points.shape, np.float32)
    return points + noise * np.float32(amplitude)
