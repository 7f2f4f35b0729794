from atlas.markup import facts
from atlas.workflow.plan import Outcome


def test_what_is_none_is_left_out():
    left = 'style="text-align:left"'
    shown = f"<table><caption>a</caption><tr><th {left}>b</th><td {left}>1</td></tr></table>"
    assert facts("a", {"b": 1, "c": None}) == shown


def test_what_looks_like_html_is_text():
    shown = facts("<script>", {"<b>": '"&<i>'})
    assert "&lt;script&gt;" in shown
    assert "&lt;b&gt;" in shown
    assert "&quot;&amp;&lt;i&gt;" in shown
    assert "<script>" not in shown


def test_an_outcome_in_a_notebook():
    done = Outcome(run="mine/run/ablate-1", measures="effects of 8 neurons", result=object(), note="1 < 2")
    shown = done._repr_html_()
    assert "<caption>effects of 8 neurons</caption>" in shown
    assert ">mine/run/ablate-1</td>" in shown
    assert ">written</td>" in shown
    assert ">1 &lt; 2</td>" in shown
    again = Outcome(run="mine/run/ablate-1", measures="effects of 8 neurons", result=None)._repr_html_()
    assert ">already there</td>" in again
    assert "note" not in again
