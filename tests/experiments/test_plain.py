import json

from experiments.plain import plain


def test_plain_data_are_json_without_nan():
    given = {"a": (1, float("inf"), [float("nan"), {"b": -0.5}]), "c": "text", "d": True, "e": None}
    expected = {"a": [1, None, [None, {"b": -0.5}]], "c": "text", "d": True, "e": None}
    assert expected == plain(given) == json.loads(json.dumps(plain(given), allow_nan=False))
