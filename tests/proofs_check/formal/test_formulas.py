"""The formulas of symbolic/ as Coq definitions: the same values, readable, and nothing without a value."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sympy as sp

from hessproof.proofs_check.formal.formulas import IDS, Unprintable, definition, parameters, shorthand, source
from hessproof.symbolic import formula as f
from hessproof.symbolic.formulas import FORMULAS


def body(expression: sp.Expr) -> str:
    text = definition(replace(FORMULAS["fact7"], expression=expression))
    return " ".join(text.partition(":=")[2].split())


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (f.r - f.s, "r%:Z - s%:Z."),
        (-f.r - f.s, "- r%:Z - s%:Z."),
        (2 * f.r**2 * (f.s - 1), "2%:Z * r%:Z ^+ 2 * (s%:Z - 1%:Z)."),
        (sp.Sum(f.width[f.i], (f.i, 1, f.L - 1)), r"(\sum_(1 <= i < L) (M i)%:Z)."),
        (sp.Piecewise((sp.S.Zero, sp.Eq(f.L, 1)), (f.K, True)), "if (L == 1)%N then 0%:Z else (M L)%:Z."),
        (f.q, "(q_of L M r)%:Z."),
        (sp.Min(f.r, f.s), "(minn r s)%:Z."),
        (sp.Max(f.r, 2 * f.s), "(maxn r (2 * s)%N)%:Z."),
    ],
)
def test_terms_are_written_as_one_reads_them(expression: sp.Expr, text: str):
    assert body(expression) == text


@pytest.mark.parametrize("expression", [f.r / 2, f.r**-1, f.r**f.s, sp.Min(-f.r, f.K - f.s)])
def test_what_is_no_integer_is_not_written(expression: sp.Expr):
    with pytest.raises(Unprintable):
        body(expression)


def test_another_meaning_of_a_shorthand_is_written_out():
    other = replace(FORMULAS["cor4"], definitions=((f.q, sp.Min(f.r, f.K)),))
    assert "q_of" not in definition(other)
    assert "(minn (M L) r)%:Z" in definition(other)
    assert "q_of" in definition(FORMULAS["cor4"])


def test_every_formula_has_one_definition_with_its_parameters():
    text = source()
    for name in IDS:
        [head] = re.findall(rf"^Definition {name} (.*?) : int :=", text, re.MULTILINE | re.DOTALL)
        assert re.findall(r"\w+(?=[\w ]* : (?:nat|nat -> nat)\))", head) == parameters(FORMULAS[name])
    assert max(map(len, text.splitlines())) <= 100


def test_a_formula_can_take_the_place_of_another():
    wrong = next(FORMULAS["fact7"].mutants())
    changed = [one for one, other in zip(source({"fact7": wrong}).split("\n\n"), source().split("\n\n"), strict=True)
               if one != other]  # fmt: skip
    assert len(changed) == 1
    assert changed[0].splitlines()[1].startswith("Definition fact7 ")


def test_a_shorthand_is_a_minimum_of_natural_numbers():
    assert shorthand(f.s_cut, sp.Min(f.s_aug, f.narrowest_hidden)).endswith("minn (narrowest_hidden L M) s_aug.")
