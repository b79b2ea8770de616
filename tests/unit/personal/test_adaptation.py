import numpy as np
import pytest

from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.personal.adaptation import (
    DEFAULT_RULE,
    AdaptationRule,
    RememberedSamples,
    adapt,
    directions_of,
)

KNOWN = CharacterSet.of("土士工王")
FEATURES = 8


def axis(index):
    return np.eye(FEATURES, dtype=np.float32)[index]


def at_similarity(similarity, *, other=1):
    """A vector whose cosine with axis 0 is the one asked for."""
    return (similarity * axis(0) + np.sqrt(1 - similarity**2) * axis(other)).astype(np.float32)


def remembered(*pairs):
    return RememberedSamples(
        tuple(character for character, _ in pairs),
        directions_of(np.stack([vector for _, vector in pairs])) if pairs else np.zeros((0, FEATURES), np.float32),
    )


def confidences(*values):
    return np.array(values, np.float32)


def best(adapted):
    return KNOWN[int(adapted.confidences.argmax())]


def test_nothing_remembered_leaves_the_networks_answer_as_it_is():
    given = confidences(0.1, 0.7, 0.1, 0.1)

    adapted = adapt(given, axis(0), remembered(), KNOWN)

    assert adapted.confidences is given
    assert adapted.unknown == ()


def test_an_unlike_drawing_is_answered_by_the_network_alone():
    given = confidences(0.1, 0.7, 0.1, 0.1)
    samples = remembered(("土", at_similarity(DEFAULT_RULE.similarity_threshold - 0.01)), ("鰻", -axis(0)))

    adapted = adapt(given, axis(0), samples, KNOWN)

    assert adapted.confidences is given
    assert adapted.unknown == ()


def test_a_corrected_drawing_drawn_alike_is_read_as_corrected():
    adapted = adapt(confidences(0.3, 0.6, 0.05, 0.05), axis(0), remembered(("土", at_similarity(0.9))), KNOWN)

    assert best(adapted) == "土"


def test_even_a_confident_error_is_corrected_when_the_same_drawing_returns():
    adapted = adapt(confidences(1e-9, 0.9999, 5e-5, 5e-5), axis(0), remembered(("土", axis(0))), KNOWN)

    assert best(adapted) == "土"


def test_a_faint_likeness_does_not_overrule_a_confident_answer():
    adapted = adapt(confidences(0.02, 0.96, 0.01, 0.01), axis(0), remembered(("土", at_similarity(0.8))), KNOWN)

    assert best(adapted) == "士"


def test_the_factor_is_the_documented_one():
    rule = AdaptationRule(similarity_threshold=0.6, evidence_slope=10, floor_confidence=0.1)
    samples = remembered(("土", at_similarity(0.9)), ("王", at_similarity(0.7)))

    adapted = adapt(confidences(0.2, 0.5, 0.25, 0.05), axis(0), samples, KNOWN, rule=rule)

    weights = np.array([0.2 * np.exp(3), 0.5, 0.25, 0.1 * np.exp(1)])
    assert adapted.confidences == pytest.approx(weights / weights.sum(), rel=1e-4)


def test_the_nearest_sample_decides_however_many_there_are_of_a_character():
    near, far = at_similarity(0.95), at_similarity(0.8)
    given = confidences(0.25, 0.25, 0.25, 0.25)

    one = adapt(given, axis(0), remembered(("土", near)), KNOWN)
    many = adapt(given, axis(0), remembered(*[("土", far)] * 300, ("土", near)), KNOWN)

    assert many.confidences == pytest.approx(one.confidences)


def test_of_two_remembered_characters_the_one_drawn_more_alike_wins():
    samples = remembered(("土", at_similarity(0.85)), ("王", at_similarity(0.95)))

    assert best(adapt(confidences(0.25, 0.25, 0.25, 0.25), axis(0), samples, KNOWN)) == "王"


def test_confidence_grows_with_likeness_and_never_falls_below_the_networks():
    given = confidences(0.2, 0.6, 0.1, 0.1)
    grown = [
        float(adapt(given, axis(0), remembered(("土", at_similarity(likeness))), KNOWN).confidences[0])
        for likeness in np.linspace(0.5, 0.999, 30)
    ]

    assert grown == sorted(grown)
    assert grown[0] == pytest.approx(0.2)


def test_a_character_the_network_does_not_know_becomes_a_candidate():
    given = confidences(0.4, 0.3, 0.2, 0.1)
    samples = remembered(("鰻", at_similarity(0.99)), ("鱈", at_similarity(0.9)))

    adapted = adapt(given, axis(0), samples, KNOWN)

    assert [candidate.character for candidate in adapted.unknown] == ["鰻", "鱈"]
    assert adapted.unknown[0].confidence > adapted.confidences.max()
    whole = adapted.confidences.sum() + sum(candidate.confidence for candidate in adapted.unknown)
    assert whole == pytest.approx(1, abs=1e-5)


def test_an_unknown_character_starts_as_a_slight_chance():
    samples = remembered(("鰻", at_similarity(DEFAULT_RULE.similarity_threshold + 0.001)))

    adapted = adapt(confidences(0.4, 0.3, 0.2, 0.1), axis(0), samples, KNOWN)

    assert adapted.unknown[0].confidence == pytest.approx(DEFAULT_RULE.floor_confidence, rel=0.1)


@pytest.mark.parametrize("seed", range(20))
def test_confidences_stay_a_distribution_and_untouched_characters_keep_their_order(seed):
    rng = np.random.default_rng(seed)
    given = rng.dirichlet(np.ones(4)).astype(np.float32)
    samples = remembered(
        *[("土鰻"[i % 2], axis(0) + rng.normal(0, 0.3, FEATURES).astype(np.float32)) for i in range(9)]
    )

    adapted = adapt(given, axis(0), samples, KNOWN)

    whole = adapted.confidences.sum() + sum(candidate.confidence for candidate in adapted.unknown)
    assert whole == pytest.approx(1, abs=1e-5)
    assert (adapted.confidences >= 0).all()
    assert np.argsort(adapted.confidences[1:]).tolist() == np.argsort(given[1:]).tolist()


def test_the_length_of_an_embedding_does_not_matter():
    given = confidences(0.2, 0.6, 0.1, 0.1)
    samples = remembered(("土", 50 * at_similarity(0.9)))

    long = adapt(given, 1000 * axis(0), samples, KNOWN)
    short = adapt(given, 0.001 * axis(0), samples, KNOWN)

    assert long.confidences == pytest.approx(short.confidences)


def test_an_embedding_of_nothing_resembles_nothing():
    given = confidences(0.2, 0.6, 0.1, 0.1)
    nothing = np.zeros(FEATURES, np.float32)

    assert adapt(given, nothing, remembered(("土", axis(0))), KNOWN).confidences is given
    assert adapt(given, axis(0), remembered(("土", nothing)), KNOWN).confidences is given


def test_the_given_confidences_are_not_written_to():
    given = confidences(0.2, 0.6, 0.1, 0.1)
    given.setflags(write=False)

    adapt(given, axis(0), remembered(("土", axis(0))), KNOWN)
