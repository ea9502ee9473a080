"""The benchmarks: each part has its place among the figures, and what is above its limit is seen."""

import importlib

import pytest

from tests.benchmarks import tables
from tests.benchmarks.__main__ import PARTS
from tests.benchmarks.pairs import Times, in_turns

README = tables.README.read_text(encoding="utf-8")


@pytest.mark.parametrize("part", PARTS)
def test_each_part_has_its_place(part):
    assert importlib.import_module(f"tests.benchmarks.{part}").measure
    assert README.count(f"<!-- {part} -->\n") == 1


def test_figures_replace_the_last_ones(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text(README, encoding="utf-8")
    monkeypatch.setattr(tables, "README", readme)
    for figures in ("the first", "the second"):
        tables.keep_in_readme("loader", figures)
    text = readme.read_text(encoding="utf-8")
    assert "<!-- loader -->\nthe second\n<!-- end -->" in text
    assert "the first\n" not in text
    assert text.count("<!-- end -->") == README.count("<!-- end -->")


def test_a_limit_that_is_not_kept_stands_out():
    table = tables.Table(3)
    slow, fast = Times([3, 4, 5], [2, 2, 2]), Times([2, 2, 2], [1, 1, 1])
    table.compare("a bake", "by hand", (fast, slow), aim=0.4, at_most=0.6)
    assert table.is_kept
    table.compare("a bake", "by hand", (slow, fast), at_most=1.5)
    assert not table.is_kept
    assert str(table).splitlines()[2:] == [
        "| a bake | by hand | 2.00 / 4.00 | 0.50 | 0.50 | 0.4 | 0.6 |",
        "| a bake | by hand | 4.00 / 2.00 | **2.00** | 2.00 |  | 1.5 |",
    ]


def test_the_ways_take_turns_in_empty_folders():
    called = []
    ways = [lambda folder, name=name: called.append((name, list(folder.iterdir()))) for name in "ab"]
    times = in_turns(3, *ways)
    assert [name for name, _ in called] == list("baab" * 2)
    assert not any(files for _, files in called)
    assert [len(each.seconds) for each in times] == [3, 3]


def test_the_loader_is_measured():
    loader = importlib.import_module("tests.benchmarks.loader")
    assert [row[0] for row in loader.measure(1, []).rows] == ["0", "10", "50"]
