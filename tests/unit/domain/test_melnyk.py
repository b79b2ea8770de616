from hccr_desktop.domain import melnyk


def test_parameter_counts_are_the_papers():
    layers = melnyk.layers()

    assert melnyk.parameter_count() == 6_523_819
    assert sum(layer.trainable for layer in layers) == 6_518_635
    kinds = {kind: sum(layer.parameters for layer in layers if layer.kind == kind) for kind in {x.kind for x in layers}}
    assert kinds == {
        "convolution": 4_811_328,
        "batch norm": 10_368,
        "average pool": 0,
        "gwap": 16_128,
        "dense": 1_685_995,
    }


def test_maps_halve_four_times():
    sides = [layer.output_shape[-1] for layer in melnyk.layers() if layer.kind == "average pool"]

    assert sides == [48, 24, 12, 6]
    assert melnyk.MAP_SIZE == 6
    assert sum(layer.kind == "convolution" for layer in melnyk.layers()) == 14


def test_one_image_costs_one_point_two_billion_multiply_adds():
    assert round(sum(layer.multiply_adds for layer in melnyk.layers()) / 1e9, 2) == 1.2
