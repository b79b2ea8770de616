import numpy as np
import pytest

from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.personal.adaptation import (
    DEFAULT_RULE,
    AdaptationRule,
    LastLayer,
    RememberedSamples,
    adapt,
)

KNOWN = CharacterSet.of("土士工王")
FEATURES = 8
INDIFFERENT = LastLayer(np.zeros((len(KNOWN), FEATURES), np.float32), 1.0)
"""To this network a remembered drawing was what the present one is."""


def axis(index):
    return np.eye(FEATURES, dtype=np.float32)[index]


def at_similarity(similarity, *, other=1):
    """A vector whose cosine with axis 0 is the one asked for."""
    return (similarity * axis(0) + np.sqrt(1 - similarity**2) * axis(other)).astype(np.float32)


def remembered(*pairs):
    vectors = np.stack([vector for _, vector in pairs]) if pairs else np.zeros((0, FEATURES), np.float32)
    return RememberedSamples.of(tuple(character for character, _ in pairs), vectors)


def adapted_to(given, samples, *, embedding=None, last_layer=INDIFFERENT, **options):
    return adapt(given, axis(0) if embedding is None else embedding, samples, KNOWN, last_layer=last_layer, **options)


def confidences(*values):
    return np.array(values, np.float32)


def best(adapted):
    return KNOWN[int(adapted.confidences.argmax())]


def test_nothing_remembered_leaves_the_networks_answer_as_it_is():
    given = confidences(0.1, 0.7, 0.1, 0.1)

    adapted = adapted_to(given, remembered())

    assert adapted.confidences is given
    assert adapted.unknown == ()


def test_an_unlike_drawing_is_answered_by_the_network_alone():
    given = confidences(0.1, 0.7, 0.1, 0.1)
    samples = remembered(("土", at_similarity(DEFAULT_RULE.similarity_threshold - 0.01)), ("鰻", -axis(0)))

    adapted = adapted_to(given, samples)

    assert adapted.confidences is given
    assert adapted.unknown == ()


def test_a_corrected_drawing_drawn_alike_is_read_as_corrected():
    adapted = adapted_to(confidences(0.3, 0.6, 0.05, 0.05), remembered(("土", at_similarity(0.9))))

    assert best(adapted) == "土"


def test_even_a_confident_error_is_corrected_when_the_same_drawing_returns():
    adapted = adapted_to(confidences(1e-9, 0.9999, 5e-5, 5e-5), remembered(("土", axis(0))))

    assert best(adapted) == "土"


def test_a_faint_likeness_does_not_overrule_a_confident_answer():
    adapted = adapted_to(confidences(0.02, 0.96, 0.01, 0.01), remembered(("土", at_similarity(0.8))))

    assert best(adapted) == "士"


def test_the_factor_is_the_documented_one():
    rule = AdaptationRule(similarity_threshold=0.6, evidence_slope=10, floor_confidence=0.1)
    samples = remembered(("土", at_similarity(0.9)), ("王", at_similarity(0.7)))

    adapted = adapted_to(confidences(0.2, 0.5, 0.25, 0.05), samples, rule=rule)

    weights = np.array([0.2 * np.exp(3), 0.5, 0.25, 0.1 * np.exp(1)])
    assert adapted.confidences == pytest.approx(weights / weights.sum(), rel=1e-4)


def test_the_nearest_sample_decides_however_many_there_are_of_a_character():
    near, far = at_similarity(0.95), at_similarity(0.8)
    given = confidences(0.25, 0.25, 0.25, 0.25)

    one = adapted_to(given, remembered(("土", near)))
    many = adapted_to(given, remembered(*[("土", far)] * 300, ("土", near)))

    assert many.confidences == pytest.approx(one.confidences)


def test_of_two_remembered_characters_the_one_drawn_more_alike_wins():
    samples = remembered(("土", at_similarity(0.85)), ("王", at_similarity(0.95)))

    assert best(adapted_to(confidences(0.25, 0.25, 0.25, 0.25), samples)) == "王"


def test_confidence_grows_with_likeness_and_never_falls_below_the_networks():
    given = confidences(0.2, 0.6, 0.1, 0.1)
    grown = [
        float(adapted_to(given, remembered(("土", at_similarity(likeness)))).confidences[0])
        for likeness in np.linspace(0.5, 0.999, 30)
    ]

    assert grown == sorted(grown)
    assert grown[0] == pytest.approx(0.2)


def test_a_character_the_network_does_not_know_becomes_a_candidate():
    given = confidences(0.4, 0.3, 0.2, 0.1)
    samples = remembered(("鰻", at_similarity(0.99)), ("鱈", at_similarity(0.9)))

    adapted = adapted_to(given, samples)

    assert [candidate.character for candidate in adapted.unknown] == ["鰻", "鱈"]
    assert adapted.unknown[0].confidence > adapted.confidences.max()
    whole = adapted.confidences.sum() + sum(candidate.confidence for candidate in adapted.unknown)
    assert whole == pytest.approx(1, abs=1e-5)


def test_an_unknown_character_starts_as_a_slight_chance():
    samples = remembered(("鰻", at_similarity(DEFAULT_RULE.similarity_threshold + 0.001)))

    adapted = adapted_to(confidences(0.4, 0.3, 0.2, 0.1), samples)

    assert adapted.unknown[0].confidence == pytest.approx(DEFAULT_RULE.floor_confidence, rel=0.1)


@pytest.mark.parametrize("seed", range(20))
def test_confidences_stay_a_distribution_and_untouched_characters_keep_their_order(seed):
    rng = np.random.default_rng(seed)
    given = rng.dirichlet(np.ones(4)).astype(np.float32)
    samples = remembered(
        *[("土鰻"[i % 2], axis(0) + rng.normal(0, 0.3, FEATURES).astype(np.float32)) for i in range(9)]
    )

    adapted = adapted_to(given, samples)

    whole = adapted.confidences.sum() + sum(candidate.confidence for candidate in adapted.unknown)
    assert whole == pytest.approx(1, abs=1e-5)
    assert (adapted.confidences >= 0).all()
    assert np.argsort(adapted.confidences[1:]).tolist() == np.argsort(given[1:]).tolist()


def test_the_length_of_an_embedding_does_not_matter():
    given = confidences(0.2, 0.6, 0.1, 0.1)
    samples = remembered(("土", 50 * at_similarity(0.9)))

    long = adapted_to(given, samples, embedding=1000 * axis(0))
    short = adapted_to(given, samples, embedding=0.001 * axis(0))

    assert long.confidences == pytest.approx(short.confidences)


def test_an_embedding_of_nothing_resembles_nothing():
    given = confidences(0.2, 0.6, 0.1, 0.1)
    nothing = np.zeros(FEATURES, np.float32)

    assert adapted_to(given, remembered(("土", axis(0))), embedding=nothing).confidences is given
    assert adapted_to(given, remembered(("土", nothing))).confidences is given


def test_the_given_confidences_are_not_written_to():
    given = confidences(0.2, 0.6, 0.1, 0.1)
    given.setflags(write=False)

    adapted_to(given, remembered(("土", axis(0))))


# What one drawing may take over


def leaning(index, slope, *, along=1, temperature=1.0):
    """A network for which a class gains ``slope`` logits along an axis of the embedding."""
    weights = np.zeros((len(KNOWN), FEATURES), np.float32)
    weights[index, along] = slope
    return LastLayer(weights, temperature)


def picture_beside(similarity, axis_of_change=1):
    """An embedding with that cosine to axis 0, of the length of axis 0."""
    return at_similarity(similarity, other=axis_of_change)


def test_a_drawing_taught_at_the_border_leaves_its_lookalike_alone():
    # 士, drawn as it should be, is much more 士 to the network than the drawing of 土 that it once mistook for 士.
    given, picture = confidences(0.001, 0.997, 0.001, 0.001), picture_beside(0.94)
    odds = np.log(0.997 / 0.001)
    network = leaning(KNOWN.index("士"), (odds - 0.1) / picture[1])
    samples = remembered(("土", axis(0)))

    assert best(adapted_to(given, samples, embedding=picture)) == "土"
    adapted = adapted_to(given, samples, embedding=picture, last_layer=network)

    assert best(adapted) == "士"
    raised = 0.001 * np.exp(0.1) * np.exp(DEFAULT_RULE.evidence_slope * (0.94 - DEFAULT_RULE.similarity_threshold))
    assert adapted.confidences[0] == pytest.approx(raised / (raised + 0.999), rel=1e-2)


def test_a_drawing_misread_as_surely_as_the_taught_one_is_corrected():
    given, picture = confidences(0.001, 0.997, 0.001, 0.001), picture_beside(0.94)
    network = leaning(KNOWN.index("士"), 1.0 / picture[1])  # one nat less sure of the taught one

    assert best(adapted_to(given, remembered(("土", axis(0))), embedding=picture, last_layer=network)) == "土"


def test_a_drawing_that_was_read_rightly_raises_nothing():
    given, picture = confidences(0.001, 0.997, 0.001, 0.001), picture_beside(0.94)
    network = leaning(KNOWN.index("士"), 20.0 / picture[1])

    adapted = adapted_to(given, remembered(("土", axis(0))), embedding=picture, last_layer=network)

    gained = 0.001 * np.exp(DEFAULT_RULE.evidence_slope * (0.94 - DEFAULT_RULE.similarity_threshold))
    assert adapted.confidences[0] == pytest.approx(gained / (gained + 0.999), rel=1e-2)


def test_odds_are_those_of_the_temperature_of_the_confidences():
    given, picture = confidences(0.001, 0.997, 0.001, 0.001), picture_beside(0.94)
    samples, slope = remembered(("土", axis(0))), 6.0 / picture[1]

    cold = adapted_to(given, samples, embedding=picture, last_layer=leaning(1, 2 * slope, temperature=2.0))
    warm = adapted_to(given, samples, embedding=picture, last_layer=leaning(1, slope))

    assert cold.confidences == pytest.approx(warm.confidences, rel=1e-4)


def test_the_length_of_a_remembered_embedding_is_part_of_what_the_network_saw():
    given = confidences(0.001, 0.997, 0.001, 0.001)
    network = leaning(KNOWN.index("士"), 3.0, along=0)

    assert best(adapted_to(given, remembered(("土", axis(0))), last_layer=network)) == "土"
    assert best(adapted_to(given, remembered(("土", -2 * axis(0))), last_layer=network)) == "士"  # unlike
    assert best(adapted_to(given, remembered(("土", 0.1 * axis(0))), last_layer=leaning(1, 7.0, along=0))) == "士"


def test_another_drawing_of_a_character_never_makes_it_less_likely():
    given, picture = confidences(0.001, 0.997, 0.001, 0.001), picture_beside(0.94)
    network = leaning(KNOWN.index("士"), 6.8 / picture[1])
    surely_misread = ("土", picture_beside(0.9))
    at_the_border = ("土", axis(0))

    one = adapted_to(given, remembered(surely_misread), embedding=picture, last_layer=network)
    both = adapted_to(given, remembered(surely_misread, at_the_border), embedding=picture, last_layer=network)

    assert both.confidences[0] >= one.confidences[0]


def test_without_the_last_layer_no_known_character_is_raised():
    given = confidences(0.001, 0.997, 0.001, 0.001)

    adapted = adapted_to(given, remembered(("土", axis(0)), ("鰻", axis(0))), last_layer=None)

    factor = np.exp(DEFAULT_RULE.evidence_slope * (1 - DEFAULT_RULE.similarity_threshold))
    assert adapted.confidences[0] / adapted.confidences[1] == pytest.approx(0.001 * factor / 0.997, rel=1e-4)
    assert adapted.unknown[0].confidence / adapted.confidences[1] == pytest.approx(0.03 * factor / 0.997, rel=1e-4)


def test_a_confidence_too_small_for_a_number_is_raised_all_the_same():
    adapted = adapted_to(confidences(0, 1, 0, 0), remembered(("土", axis(0))))

    assert best(adapted) == "土"
    assert np.isfinite(adapted.confidences).all()
