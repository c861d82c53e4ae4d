"""The page is one file, well formed, and says what the record says."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from hessproof.proofs_check.model.evidence import Mutant
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.report.html import (
    SHOWN_CAUGHT,
    anchor,
    by_part,
    math,
    matrix,
    noted,
    prose,
    render_html,
)
from hessproof.proofs_check.report.model import ClaimResult, Report

VOID = frozenset(["col", "meta", "br", "link", "img", "input", "hr", "wbr"])
HOSTILE = "<script>alert('x')</script>\"'&amp; {{ 7*7 }} {% x %} \x00\x1b --> ]]> \ud800"


class Page(HTMLParser):
    """Checks nesting, and collects what the tests ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: dict[str, int] = {}
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and tag == "a":
                self.links.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def page(report: Report) -> Page:
    return Page(render_html(report))


def test_nested_wrongly_is_noticed() -> None:
    with pytest.raises(AssertionError):
        Page("<div><p></div></p>")
    with pytest.raises(AssertionError):
        Page("<div>")


def test_every_link_has_a_target_and_ids_are_unique(report: Report, page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    for result in report.results:
        assert anchor(result.claim) in page.ids
        assert f"#{anchor(result.claim)}" in page.links
    assert {link for link in page.links if link.removeprefix("#") not in page.ids} == set()


def test_needs_nothing_else(report: Report, page: Page) -> None:
    loads = [
        (tag, name, value) for tag, name, value in page.attributes if name in ("src", "href", "xlink:href", "data")
    ]
    assert [item for item in loads if not item[2].startswith("#")] == []
    assert not {"script", "link", "img", "iframe", "object", "embed"} & page.tags.keys()
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []
    text = render_html(report)
    assert "@import" not in text
    assert re.findall(r"url\((?!#)", text) == []
    known = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert set(re.findall(r"https?://[^\"'\s<]+", text)) <= known


def test_same_report_gives_same_bytes(report: Report) -> None:
    again = Report.model_validate_json(report.model_dump_json())
    assert render_html(again) == render_html(report)


def test_says_every_verdict_where_it_belongs(report: Report) -> None:
    text = render_html(report)
    for result in report.results:
        section = _section(text, result)
        assert f'class="badge {result.verdict.value.replace(" ", "-")}"' in section
        row = text.split(f'<a href="#{anchor(result.claim)}">{result.claim}</a><div')[1].split("</tr>")[0]
        assert f"</span> {result.verdict}</span>" in row
    for verdict, count in report.counts().items():
        assert re.search(
            rf'<span class="count">{count}</span>\s*<div><span class="badge {verdict.replace(" ", "-")}">', text
        )


def test_shows_the_verdict_that_is_written_even_if_it_is_wrong(report: Report) -> None:
    report.results[1].verdict = Verdict.PROVED
    section = _section(render_html(report), report.results[1])
    assert "claim proved" in section


def test_not_checked_never_looks_held(report: Report) -> None:
    result = next(item for item in report.results if item.verdict == Verdict.NOT_CHECKED)
    section = _section(render_html(report), result)
    assert "Not checked: no check of this statement ran." in section
    for word in ("proved", "certified", 'class="held"', "corroborated"):
        assert word not in section


def test_route_that_could_not_run_shows_its_reason_and_no_counts(report: Report) -> None:
    section = _section(render_html(report), report.results[0])
    route = section.split('aria-label="route device"')[1].split("</section>")[0]
    assert "Not checked: no CUDA device; install hessproof[cuda12]" in route
    assert "tally" not in route


@pytest.mark.slow
def test_survivors_are_open_and_untested_checks_are_named(report: Report) -> None:
    text = render_html(report)
    assert "2 of 3 wrong variants caught, 1 survived" in text
    assert "<details open><summary>2 of 3" in text
    report.results[0].parts[0].evidence[1].controls = []
    assert "this check was never seen to fail" in render_html(report)
    report.results[0].parts[0].evidence[1].controls = [Mutant(description="d", caught=False, by="b")]
    assert "0 of 1 wrong variants caught, 1 survived" in render_html(report)


def test_counterexample_can_be_redone(report: Report) -> None:
    section = _section(render_html(report), report.results[1])
    assert "Counterexample at widths 1-2-2-1" in section
    assert (
        "<mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr><mtr><mtd><mn>−1/2</mn></mtd><mtd><mn>0</mn></mtd></mtr>"
        in section
    )
    assert "hessproof verify singh2021.thm3 --profile quick --seed 2021" in section
    assert "confirmed by scalar-symbols" in section
    found = report.results[1].parts[1].evidence[0].counterexample
    assert found is not None
    found.confirmed_by = None
    assert "not confirmed by a second route" in render_html(report)


@pytest.mark.slow
def test_derivation_shows_rules_and_what_was_not_checked(report: Report) -> None:
    section = _section(render_html(report), report.results[0])
    assert f"<b>product rule</b>: {math('W^l')} occurs transposed in the first chain" in section
    assert section.count('<span class="check ok">') == 5
    assert section.count('<span class="check open">random exact matrices: not checked</span>') == 1
    report.results[0].parts[0].derivations[0].steps[1].symbolic = False
    assert "symbolic sizes: fails" in render_html(report)


def test_ledger_departures_lead_the_page(report: Report) -> None:
    text = render_html(report)
    assert "1 of 8 verdicts departs from the ledger:" in text
    assert "corroborated is weaker than the ledger&#39;s certified" in text
    for result in report.results:
        result.agrees = True
    assert "No verdict departs from the ledger.</strong> 7 of 8 claims were checked" in render_html(report)


def test_repairs_are_linked_both_ways_and_unknown_ones_are_no_links(report: Report) -> None:
    text = render_html(report)
    assert '<dt>Repaired by</dt><dd><a href="#claim-hessproof.thm3">' in text
    assert '<dt>Repairs</dt><dd><a href="#claim-singh2021.thm3">' in text
    report.results[0].repaired_by = ["elsewhere.x"]
    assert '<span class="id">elsewhere.x</span>' in render_html(report)


def test_hostile_text_stays_text(report: Report) -> None:
    result = report.results[1]
    for name in ("original", "summary", "where", "why", "disagreement", "statement"):
        setattr(result, name, HOSTILE)
    result.claim = 'x"><script>.y'
    result.remarks = [HOSTILE, f"`{HOSTILE}`", f"${HOSTILE}$", "$\\text{<img src=x onerror=1>}$"]
    part = result.parts[1]
    part.text = part.key = part.published_domain = HOSTILE
    evidence = part.evidence[0]
    evidence.details = {HOSTILE: HOSTILE, "rows": [{HOSTILE: HOSTILE}]}
    evidence.check = evidence.idea = evidence.scope = HOSTILE
    evidence.modules, evidence.controls = [HOSTILE], [Mutant(description=HOSTILE, caught=True, by=HOSTILE)]
    assert evidence.counterexample is not None
    evidence.counterexample.weights = [[[HOSTILE]]]
    evidence.counterexample.reproduce = HOSTILE
    report.figures[0].title = report.figures[0].caption = report.figures[0].x_label = HOSTILE
    report.figures[0].series[0].name = HOSTILE
    report.environment.platform = report.command = HOSTILE
    text = render_html(report)
    page = Page(text)
    assert not {"script", "img"} & page.tags.keys()
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []
    assert "\x00" not in text
    assert "{{ 7*7 }}" in page.text
    text.encode("utf-8")


def test_figures_come_with_words_and_numbers(report: Report, page: Page) -> None:
    assert page.tags["svg"] == 1
    assert ("svg", "role", "img") in page.attributes
    text = render_html(report)
    assert '<title id="fig2a-title">Rank against sample size (Fig. 2a)</title>' in text
    assert "<td>3,600</td>" in text
    assert '<a href="#figure-fig2a">' in _section(text, report.results[3])


def test_an_empty_report_is_still_a_page(report: Report) -> None:
    report.results, report.figures = [], []
    page = Page(render_html(report))
    assert "0 of 0 claims were checked" in page.text


@pytest.mark.parametrize(
    ("note", "pieces"),
    [
        (r"U = K W^1,\ V = -W^2 K", 1),
        (r"\partial_\varepsilon F(-g) < 0", 1),
        (r"\text{products of squares are} \ge 0", 1),
        (r"v_{max} \le \operatorname{rk}(XYZ)", 1),
        ("what is computed", 0),
        ("by $a$ and `b`, where M_1 is small", 2),
        (r"\unknown{x} = 0", 0),
    ],
)
def test_notes_are_set_as_a_whole_if_they_are_mathematics(note: str, pieces: int) -> None:
    shown = str(noted(note))
    assert shown.count("<math") == pieces
    assert shown.startswith("<math") == (pieces == 1)


def test_regions_are_grouped_by_part(report: Report) -> None:
    names = ["chains: L = 1", "chains: L ≥ 2", "sizes", "r: s"]
    grouped = [("chains", ["L = 1", "L ≥ 2"]), ("sizes", ["everywhere"]), ("", ["r: s"])]
    assert by_part(names, report.results[1]) == grouped
    assert by_part(["main: x"], report.results[0]) == [("", ["main: x"])]


def test_mathematics_in_text() -> None:
    assert prose("for $q < r$, `q`") == f"for {math('q < r')}, <code>q</code>"
    bare = r"\mathbf{W}^{k:l}"
    assert prose(f"{bare} and W^{{L:l+1}}, A_o") == f"{math(bare)} and {math('W^{L:l+1}')}, {math('A_o')}"
    assert prose(r"snake_case, part_1, 2^20, \nonsense") == r"snake_case, part_1, 2^20, \nonsense"
    assert math(r"\nonsense") == '<code class="tex">\\nonsense</code>'
    assert "<mtd><mn>−1</mn></mtd>" in matrix([["-1", "0"]], r"\Sigma")


def _section(text: str, result: ClaimResult) -> str:
    """The article of a claim, from its opening tag on."""
    articles = ("<article" + piece.split("</article>")[0] for piece in text.split("<article")[1:])
    return next(article for article in articles if f' id="{anchor(result.claim)}"' in article.split(">")[0])


def test_a_derivation_of_several_parts_is_shown_once_and_linked_afterwards(report: Report) -> None:
    chosen = next(result for result in report.results if any(part.derivations for part in result.parts))
    part = next(part for part in chosen.parts if part.derivations)
    twice = chosen.model_copy(update={"parts": [part, part.model_copy(update={"key": "again"})]})
    page = Page(render_html(report.model_copy(update={"results": [twice]})))
    count = len({derivation.model_dump_json() for derivation in part.derivations})
    assert sum(name.startswith("derivation-") for name in page.ids) == count
    assert sum(link.startswith("#derivation-") for link in page.links) == 2 * len(part.derivations) - count
    assert {link[1:] for link in page.links if link.startswith("#derivation-")} <= set(page.ids)


def test_survivors_are_all_listed_and_the_caught_ones_are_counted(report: Report) -> None:
    chosen = next(result for result in report.results if result.parts[0].evidence)
    part = chosen.parts[0]
    caught = [Mutant(description=f"caught variant {n}", caught=True, by="numbers") for n in range(40)]
    survived = [Mutant(description=f"surviving variant {n}", caught=False, by="equal") for n in range(30)]
    evidence = part.evidence[0].model_copy(update={"controls": [*caught, *survived], "missing": None})
    changed = chosen.model_copy(update={"parts": [part.model_copy(update={"evidence": [evidence]})]})
    text = Page(render_html(report.model_copy(update={"results": [changed]}))).text
    assert all(f"surviving variant {n}" in text for n in range(30))
    assert text.count("caught variant") == SHOWN_CAUGHT
    assert f"and {40 - SHOWN_CAUGHT} more that were caught" in text
