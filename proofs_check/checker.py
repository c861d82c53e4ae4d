# ruff: noqa: B905, D102, D103, D205, E401, I001
# fmt: off
r"""Checks certificates of ranks of neural networks' Hessians. Standard library only; ``python checker.py FILE ...``.

It shares no code with what writes certificates, and is laid out by hand, to be read in one sitting. Exit status: 0 all
proved, 1 some rejected, 2 some no certificates.

**Words.** A network of widths M_0, …, M_L has matrices W^k, M_k × c_k with c_k = M_{k-1}, or M_{k-1} + 1 with bias (the
last column is b^k). T^k is W^k, with bias [W^k; 0 1]; E appends a zero to a vector if there is bias. The loss is
½‖F(x) − y‖², δ = F(x) − y, x̃ is x, with bias (x, 1); Σ = E[x̃x̃⊤], Ω = E[δx̃⊤]. With W^{a:b} = W^a ⋯ W^b without biases,
the second derivative of the loss in changes Δ_k of all W^k is H = H_o + H_f (multiply out (W^L + Δ_L) ⋯ to see it),

    H_o: E‖J x̃‖², J = Σ_k W^{L:k+1} Δ_k T^{k-1:1},
    H_f: 2 Σ_{k<l} tr(Ω⊤ W^{L:l+1} Δ_l E W^{l-1:k+1} Δ_k T^{k-1:1}).

**Why a rank follows.** A minor that is not zero modulo a prime is not zero, so ranks modulo a prime bound ranks from
below. Vectors that are independent modulo a prime are independent; if H annihilates them, they bound it from above.
The entries of H are polynomials in weights and data, and the weights and data of at most given ranks are a polynomial
image of an affine space (Σ = AA⊤, Ω = UV⊤A⊤; with E[δ] = 0, too). So almost all of them reach the largest rank, which
one point bounds from below, and a bound from above for almost all holds for all.
"""

from __future__ import annotations
import hashlib, json, os, re, stat, sys, threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any, NoReturn
INSTANCE, ARCHITECTURE = "hessproof/certificate-instance/1", "hessproof/certificate-architecture/1"
LARGEST_FILE = 16 * 2**20  # bytes; JSON takes up to some forty times its size in memory: less than a gigabyte
LARGEST_WORK = 10**9  # multiplications of short numbers, at most a tenth of a microsecond each: a minute or two
MOST_DIGITS = 1000  # of a number; the denominator of a float64 has at most 324
LEAST_PRIME = 2**60  # any prime is sound; modulo small ones ranks drop by accident
LARGEST_PRIME = 3317044064679887385961981  # the test below is proved up to here (Sorenson and Webster 2015)
PARTS = {**{name: f"{name} part of the Hessian" for name in ("outer", "functional")}, "loss": "Hessian of the loss"}
RELATIONS = {"==": "exactly", ">=": "at least", "<=": "at most"}
COMMON = "schema statement claim architecture prime made_with sha256 "
Number = int | Fraction
Matrix = Sequence[Sequence[Number]]
Shapes = dict[int, tuple[int, int]]
Terms = dict[tuple[int, int], list[tuple[Matrix, Matrix, bool]]]
@dataclass(frozen=True)
class CheckResult:
    """What became of a file: ``ok`` and what it proves, or where it fails; not ``readable`` if it is no certificate."""
    ok: bool
    statement: str = ""
    why: str = ""
    line: int | None = None
    where: str = ""
    readable: bool = True
class Rejected(Exception):
    """The claim does not follow: why, and the path (names and positions) of the value that is at fault."""
class Unreadable(Exception):
    """This is no certificate."""
# ------------------------------------------------------------------------------------------------------------ reading
def read(path: str | os.PathLike[str]) -> tuple[str, Any]:
    """Text and JSON value of a regular file of bounded size (opened so that a pipe cannot make us wait)."""
    def an_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            raise Unreadable("an object has two fields of the same name")
        return found
    def short(digits: str) -> int | str:  # all other numbers, which no certificate has, become words
        return int(digits) if len(digits) < 18 and digits != "-0" and abs(int(digits)) <= 2**53 else "another form"
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode) or os.fstat(handle).st_size > LARGEST_FILE:
                raise Unreadable(f"not a regular file of at most {LARGEST_FILE} bytes")
            text = stream.read(LARGEST_FILE).decode("utf-8")
        return text, json.loads(text, object_pairs_hook=an_object, parse_int=short, parse_float=str, parse_constant=str)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise Unreadable(f"not JSON in UTF-8: {ascii(str(error))[1:-1][:99]}") from None
class Part:
    """A value of the file and where it stands. What it must be is said wherever it is used."""
    def __init__(self, value: Any, path: tuple[str | int, ...] = ()) -> None:
        self.value, self.path = value, path
    def reject(self, why: str) -> NoReturn:
        raise Rejected(why, self.path)
    def fields(self, names: str, optional: str = "") -> dict[str, Part]:
        """The fields of an object that has no others; null stands for an optional one that is absent."""
        if type(self.value) is not dict:
            self.reject("expected an object")
        wanted = names.split() + optional.split()
        for name in sorted({*self.value}.difference(wanted)):
            Part(None, (*self.path, name)).reject("certificates have no such field")
        if missing := {*names.split()} - {*self.value}:
            self.reject(f"there is no {min(missing)}")
        return {name: Part(self.value.get(name), (*self.path, name)) for name in wanted}
    def length(self) -> int:
        if type(self.value) is not list:
            self.reject("expected a list")
        return len(self.value)
    def items(self) -> Iterator[Part]:  # one at a time: a part takes much more memory than its value
        return (Part(self.value[place], (*self.path, place)) for place in range(self.length()))
    def number(self) -> Number:
        """An integer; a string for one beyond 2^53 or for a rational in lowest terms. A number has one form only."""
        if type(self.value) is int:
            return self.value
        found = re.fullmatch("(-?[1-9][0-9]*)(?:/([1-9][0-9]*))?", self.value) if type(self.value) is str else None
        if found is None or max(len(found[1]), len(found[2] or "")) > MOST_DIGITS:
            self.reject(f"expected an integer, or a rational as a string, of at most {MOST_DIGITS} digits")
        above, below = int(found[1]), int(found[2] or 1)
        if (below == 1 and (found[2] or abs(above) <= 2**53)) or gcd(above, below) > 1:
            self.reject("a number that is not in its shortest form")
        return above if below == 1 else Fraction(above, below)
    def integer(self, least: int, most: int) -> int:
        if not isinstance(found := self.number(), int) or not least <= found <= most:
            self.reject(f"expected an integer from {least} to {most}")
        return found
    def one_of(self, *values: Any) -> Any:
        if not any(type(self.value) is type(value) and self.value == value for value in values):
            self.reject(f"expected {' or '.join(map(str, values[:5]))}")
        return self.value
    def matrix(self, rows: int | None, columns: int) -> list[list[Number]]:
        """A list of so many rows, or of at least one, of so many numbers."""
        count = self.length()
        if not count or count != (rows or count) or any(item.length() != columns for item in self.items()):
            self.reject(f"expected {rows or 'some'} rows of {columns} numbers")
        spend(20 * count * (columns + 1))
        return [[entry.number() for entry in item.items()] for item in self.items()]
def line_of(text: str, path: tuple[str | int, ...]) -> int:
    """The line of the value at a path, or of the last part of it that there is."""
    stack, found, depth = list[Any](), 0, 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[][{},]|[^][{},:"\s]+', text):
        if token[0] in "]}":
            stack.pop()
        elif token[0] == ",":
            stack[-1] = stack[-1] + 1 if type(stack[-1]) is int else None
        elif stack and stack[-1] is None:
            stack[-1] = json.loads(token[0])
        else:
            if len(stack) >= depth and tuple(stack) == path[: len(stack)]:
                found, depth = token.start(), len(stack)
                if depth == len(path):
                    break
            stack += [0] if token[0] == "[" else [None] if token[0] == "{" else []
    return text.count("\n", 0, found) + 1
# --------------------------------------------------------------------------------------------------------- arithmetic
_steps = threading.local()
def spend(steps: int) -> None:
    """Count steps, so that no file can ask for more time than is reasonable."""
    _steps.left -= steps
    if _steps.left < 0:
        raise Rejected(f"to check this takes more than {LARGEST_WORK} steps; nothing is decided")
def bits(number: Number) -> int:
    return number.numerator.bit_length() + number.denominator.bit_length()
def steps_of(entries: Sequence[Number]) -> int:  # of one multiplication and addition
    most = max(map(bits, entries), default=1)
    return (1 + (most // 256) ** 2) * (60 if any(type(x) is Fraction for x in entries) else 1)
def times(*factors: Matrix) -> Matrix:
    """The product. Long numbers take more steps, and fractions their gcds besides; a step, too, for each byte kept."""
    one, two, *others = factors
    entries, columns = [x for factor in (one, two) for row in factor for x in row], list(zip(*two, strict=True))
    most, step = max(map(bits, entries), default=1), steps_of(entries)
    spend(len(one) * (len(two) * (len(columns) + 1) * step + len(columns) * (40 + most // 2)))
    def dot(row: Sequence[Number], column: Sequence[Number]) -> Number:  # sums of fractions can become long
        total: Number = 0
        for x, y in zip(row, column, strict=True):
            spend((bits(total := total + x * y) // 256) ** 2)
        return total
    found = [[dot(row, column) if step >= 60 else sum(x * y for x, y in zip(row, column, strict=True))
              for column in columns] for row in one]
    return times(found, *others) if others else found
def transposed(matrix: Matrix) -> Matrix:
    return list(zip(*matrix, strict=True))
def diagonal(entries: Sequence[Number]) -> Matrix:
    spend(9 * len(entries) ** 2)  # bytes
    return [[x if i == j else 0 for j in range(len(entries))] for i, x in enumerate(entries)]
def modulo(matrix: Matrix, p: int) -> list[list[int]]:
    if any(x.denominator % p == 0 for row in matrix for x in row):
        raise Rejected("the prime divides a denominator", ("prime",))
    return [[x % p if type(x) is int else x.numerator * pow(x.denominator, -1, p) % p for x in row] for row in matrix]
def rank(matrix: Matrix, prime: int) -> int:
    """The rank modulo the prime, by elimination."""
    rows, found = modulo(matrix, prime), 0
    for column in range(len(rows[0]) if rows else 0):
        place = next((place for place in range(found, len(rows)) if rows[place][column]), None)
        if place is not None:
            rows[found], rows[place] = rows[place], rows[found]
            pivot, inverse = rows[found][column:], pow(rows[found][column], -1, prime)
            for row in (row for row in rows[found + 1 :] if row[column]):
                spend(len(pivot))
                factor = row[column] * inverse % prime
                row[column:] = [(x - factor * y) % prime for x, y in zip(row[column:], pivot, strict=True)]
            found += 1
    return found
def independent(vectors: Matrix, prime: int, part: Part) -> int:
    if rank(vectors, prime) < len(vectors):
        part.reject("these are dependent modulo the prime")
    return len(vectors)
def prime_of(part: Part) -> int:
    """The prime of a certificate; Miller and Rabin's test with these bases leaves no doubt up to LARGEST_PRIME."""
    prime = part.integer(LEAST_PRIME + 1, LARGEST_PRIME - 1)
    twos = ((prime - 1) & (1 - prime)).bit_length() - 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41):
        powers = [pow(base, (prime - 1 >> twos) << n, prime) for n in range(twos)]
        if prime % 2 == 0 or (powers[0] != 1 and prime - 1 not in powers):
            part.reject("not a prime")
    return prime
# ---------------------------------------------------------------------------------- instances: one network in numbers
def hessian(weights: list[Matrix], gating: Any, bias: bool, sigma: Matrix, omega: Matrix, quantity: str) -> Terms:
    """The block of layers k and l as terms (X, Y, turned): a change Δ of layer l adds XΔY⊤, or (XΔY⊤)⊤, to layer k.
    By the forms at the top these are (A_k⊤A_l) Δ (B_kΣB_l⊤)⊤ of H_o and, of H_f, (R⊤ΔC)⊤ for k < l, (CΔR⊤)⊤ for k > l,
    with A_k = W^{L:k+1}, B_k = T^{k-1:1}, and C = E W^{late-1:early+1}, R = A_late⊤ Ω B_early⊤ for both layers. Hidden
    neuron i of layer l multiplies by gating[l − 1][i], which is 1 for a linear one: with diagonal matrices D_l for the
    gates F = W^L D_{L-1} W^{L-1} ⋯ D_1 W^1 x̃ has these forms with D_kΔ_k for Δ_k.
    """
    depth, outer, gates = len(weights), quantity != "functional", [diagonal(each) for each in gating]
    plain = [[row[: len(row) - bias] for row in matrix] for matrix in weights]
    above, below, found = {depth: diagonal([1] * len(weights[-1]))}, {1: diagonal([1] * len(sigma))}, {}
    for k in range(depth - 1, 0, -1):
        above[k] = times(above[k + 1], plain[k], gates[k - 1])
    for k in range(1, depth):
        below[k + 1] = [*times(gates[k - 1], weights[k - 1], below[k]), *(below[k][-1:] if bias else [])]
    for k in range(1, depth + 1):
        chain: Matrix = []
        for l in range(k, depth + 1):
            grams = times(transposed(above[k]), above[l]), times(below[k], sigma, transposed(below[l]))
            found[k, l] = [(*grams, False)] * outer
            found[l, k] = [(transposed(grams[0]), transposed(grams[1]), False)] * outer
            if l > k and quantity != "outer":
                chain = gates[k - 1] if l == k + 1 else times(gates[l - 2], plain[l - 2], chain)
                early = [*chain, [0] * len(weights[k - 1])] if bias else chain
                late = times(transposed(above[l]), omega, transposed(below[k]))
                found[k, l].append((transposed(late), transposed(early), True))
                found[l, k].append((early, late, True))
    return found
def moments_of(part: Part, columns: int, outputs: int, bias: bool) -> tuple[Matrix, Matrix]:
    """Σ and Ω up to one positive factor, if data have them: Σ is positive semidefinite and Ω vanishes where Σ does.
    With bias E[1·1] > 0. Then every such Ω occurs, since targets are free. Elimination Σ = LDL⊤ takes off Σ and off Ω
    what one input explains: D must not be negative, and where it is zero nothing may be left.
    """
    field = part.fields("sigma omega")
    sigma, omega = field["sigma"].matrix(columns, columns), field["omega"].matrix(outputs, columns)
    if sigma != [list(row) for row in transposed(sigma)] or (bias and sigma[-1][-1] <= 0):
        field["sigma"].reject("not symmetric, or (with bias) its last entry, that of the constant, is not positive")
    rest = [[Fraction(x) for x in row] for row in (*sigma, *omega)]
    for place, pivot in enumerate(rest[:columns]):
        if pivot[place] < 0 or (pivot[place] == 0 and any(row[place] for row in rest)):
            part.reject("no moments: sigma is not positive semidefinite, or omega does not vanish where it does")
        for row in (row for row in rest if row[place] and row is not pivot):
            spend(columns * steps_of([row[place], *pivot, *row]))
            factor = row[place] / pivot[place]
            row[:] = [x - factor * y for x, y in zip(row, pivot, strict=True)]
        pivot[:] = [Fraction(0)] * columns
    return sigma, omega
def samples_of(part: Part, weights: list[Matrix], slope: Number, bias: bool) -> dict[Any, tuple[list[Any], list[Any]]]:
    """x̃ and δ of the samples, sorted by the gates that their neurons choose. While no preactivation is zero, gates are
    constant: H is the sum of the H of the linear networks with these gates.
    """
    of_inputs, of_targets = part.fields("inputs targets").values()
    inputs = of_inputs.matrix(None, len(weights[0][0]) - bias)
    targets, groups = of_targets.matrix(len(inputs), len(weights[-1])), dict[Any, tuple[list[Any], list[Any]]]()
    for place, (sample, target) in enumerate(zip(inputs, targets, strict=True)):
        start: list[Number] = [*sample, *([1] * bias)]
        now, gates = start, list[Any]()
        for matrix in weights:
            spend(200)
            now = [row[0] for row in times(matrix, [[x] for x in now])]
            if len(gates) < len(weights) - 1:
                if slope != 1 and not all(now):
                    [*of_inputs.items()][place].reject("a preactivation is zero: no second derivative there")
                gates.append(tuple(1 if x > 0 else slope for x in now))
                now = [*(x * gate for x, gate in zip(now, gates[-1], strict=True)), *([1] * bias)]
        xs, deltas = groups.setdefault(tuple(gates), ([], []))
        xs.append(start)
        deltas.append([x - y for x, y in zip(now, target, strict=True)])
    return groups
def check_instance(root: Part) -> str:
    """The statement of a certificate about one network, if it follows."""
    field = root.fields(COMMON + "weights data", "lower upper")
    network = field["architecture"].fields("widths bias activation loss", "slope")
    widths, bias, name = network_of(network)
    depth, kind = len(widths) - 1, network["activation"].one_of("linear", "relu", "leaky-relu")
    network["loss"].one_of("mse")
    slope: Number = int(kind == "linear")
    if kind != "leaky-relu":
        network["slope"].one_of(None)
    elif not 0 < (slope := network["slope"].number()) < 1:
        network["slope"].reject("expected a slope between 0 and 1")
    shapes = {k: (widths[k], widths[k - 1] + bias) for k in range(1, depth + 1)}
    if field["weights"].length() != depth:
        field["weights"].reject(f"expected {depth} matrices")
    weights: list[Matrix] = [matrix.matrix(*shapes[k]) for k, matrix in enumerate(field["weights"].items(), 1)]
    claim = field["claim"].fields("quantity relation rank")
    quantity, relation = claim["quantity"].one_of(*PARTS), claim["relation"].one_of(*RELATIONS)
    data = field["data"].fields("", "moments samples")
    given = "samples" if data["moments"].value is None else "moments"
    if given == "samples":
        samples = samples_of(data["samples"], weights, slope, bias)
        groups = [(gates, times(transposed(x), x), times(transposed(y), x)) for gates, (x, y) in samples.items()]
    else:
        data["samples"].one_of(None)
        if kind != "linear":
            data["moments"].reject("moments determine the Hessian of linear networks only")
        moments = moments_of(data["moments"], widths[0] + bias, widths[-1], bias)
        groups = [([[1] * width for width in widths[1:-1]], *moments)]
    terms: Terms = {}
    for gates, sigma, omega in groups:
        for pair, found in hessian(weights, gates, bias, sigma, omega, quantity).items():
            terms[pair] = terms.get(pair, []) + found
    count, prime = sum(rows * columns for rows, columns in shapes.values()), prime_of(field["prime"])
    claimed = bound = claim["rank"].integer(0, count)
    if relation == "<=":
        field["lower"].one_of(None)
    else:
        check_minor(field["lower"], terms, shapes, claimed, prime)
    if relation == ">=":
        field["upper"].one_of(None)
    else:
        upper = field["upper"].fields("", "kernel image")
        if upper["image"].value is None:
            bound = count - check_kernel(upper["kernel"], terms, shapes, prime)
        else:
            upper["kernel"].one_of(None)
            if quantity != "outer" or kind != "linear":
                upper["image"].reject("an image bounds the outer part of linear networks only")
            bound = widths[-1] * shapes[1][1] - check_image(upper["image"], terms, widths[-1], shapes, prime)
        if bound != claimed:
            claim["rank"].reject(f"what is proved from above is {bound}")
    sort = kind if kind != "leaky-relu" else f"leaky-relu (slope {slope})"
    what = f"At the weights and {given} of this file the {PARTS[quantity]} has rank {RELATIONS[relation]} {claimed}"
    return f"{what}, for the {sort} network {name}, squared error."
def network_of(network: dict[str, Part]) -> tuple[list[int], bool, str]:
    widths, bias = [item.integer(1, 10**15) for item in network["widths"].items()], network["bias"].one_of(False, True)
    if not 2 <= len(widths) <= 100:
        network["widths"].reject("expected 2 to 100 widths")
    return widths, bias, f"{'-'.join(map(str, widths))} {'with' if bias else 'without'} bias"
def check_minor(part: Part, terms: Terms, shapes: Shapes, size: int, prime: int) -> None:
    """H[rows, columns] has as many rows and columns as claimed and is not singular modulo the prime."""
    chosen, start, starts = part.fields("rows columns"), 0, dict[int, int]()
    for k, (rows, columns) in shapes.items():
        starts[k], start = start, start + rows * columns
    def entry(place: int) -> tuple[int, int, int]:  # layers and rows follow each other
        k = max(k for k in starts if starts[k] <= place)
        return (k, *divmod(place - starts[k], shapes[k][1]))
    if not all(each.length() == size for each in chosen.values()):
        part.reject(f"expected {size} rows and {size} columns")
    spend(size**2 * (60 + 20 * max(map(len, terms.values()))))
    above, beside = ([entry(place.integer(0, start - 1)) for place in each.items()] for each in chosen.values())
    small = {pair: [(modulo(x, prime), modulo(y, prime), t) for x, y, t in found] for pair, found in terms.items()}
    minor = [[sum(x[a][j] * y[i][b] if t else x[i][j] * y[a][b] for x, y, t in small[k, n]) for n, j, b in beside]
             for k, i, a in above]
    if rank(minor, prime) < size:
        part.reject("the minor is zero modulo the prime")
def products_of(box: dict[str, Part], rows: int, columns: int, terms: list[Any]) -> list[Matrix]:
    """All uv⊤, u among the left and v among the right vectors, if every term takes them to zero: to (Xu)(Yv)⊤ or that
    transposed, which is zero for all u and v if (and only if) all Xu or all Yv are.
    """
    if box["left"].length() > rows or box["right"].length() > columns:
        box["left"].reject("more left or right vectors than dimensions are dependent")
    left, right = box["left"].matrix(None, rows), box["right"].matrix(None, columns)
    for x, y, *_ in terms:
        if any(map(any, times(x, transposed(left)))) and any(map(any, times(y, transposed(right)))):
            box["left"].reject("the products of these and the right vectors are not annihilated")
    return [times(transposed([u]), [v]) for u in left for v in right]
def check_kernel(part: Part, terms: Terms, shapes: Shapes, prime: int) -> int:
    """The number of listed changes, if H annihilates them all and they are independent."""
    boxes, further = part.fields("layers vectors").values()
    found, count = list[dict[int, Matrix]](), sum(rows * columns for rows, columns in shapes.values())
    for box in (item.fields("layer left right") for item in boxes.items()):
        layer = box["layer"].integer(1, len(shapes))
        met = [each for k in shapes for each in terms[k, layer]]
        found += [{layer: product} for product in products_of(box, *shapes[layer], met)]
        if len(found) > count:
            part.reject(f"more than {count} vectors are dependent")
    for item in further.items():
        changes: dict[int, Matrix] = {}
        for field in (change.fields("layer change") for change in item.items()):
            layer = field["layer"].integer(max(changes, default=0) + 1, len(shapes))
            changes[layer] = field["change"].matrix(*shapes[layer])
        for k in shapes:
            terms_k = [(each, changes[l]) for l in changes for each in terms[k, l]]
            images = [(times(x, change, transposed(y)), turned) for (x, y, turned), change in terms_k]
            parts = [transposed(image) if turned else image for image, turned in images]
            if any(sum(cell) for rows in zip(*parts, strict=True) for cell in zip(*rows, strict=True)):
                item.reject("the Hessian does not annihilate this change")
        found.append(changes)
    spend(50 * len(found) * count)
    zeros = {k: [[0] * columns] * rows for k, (rows, columns) in shapes.items()}
    vectors = [[x for k in shapes for row in each.get(k, zeros[k]) for x in row] for each in found]
    return independent(vectors, prime, part)
def check_image(part: Part, terms: Terms, outputs: int, shapes: Shapes, prime: int) -> int:
    """The number of independent equations u⊤JΣv = 0. The rank of H_o is the dimension of all JΣ, K × c_1.
    An equation holds if u⊤A_k = 0 or B_kΣv = 0 for each k; these are (A_k⊤A_L)⊤ and B_kΣB_1⊤, as A_L = B_1 = I.
    """
    maps = [(terms[k, len(shapes)][0][0], terms[k, 1][0][1]) for k in shapes]
    boxes = [box.fields("left right") for box in part.fields("boxes")["boxes"].items()]
    found = [product for box in boxes for product in products_of(box, outputs, shapes[1][1], maps)]
    return independent([[x for row in product for x in row] for product in found], prime, part)
# ------------------------------------------------------ architectures from above: all weights and data of given ranks
def bound_of(widths: list[int], bias: int, quantity: str, r: int, s: int, place: Part) -> int:
    """A bound of the rank for all weights and data with rk Σ ≤ r and rk Ω ≤ s, from the cut of a cycle.
    The form of H_f of layers k and l is the trace of Ω⊤ W^L ⋯ W^1 with two letters replaced by Δ_k and Δ_l. Read as a
    cycle 0 → 1 → … → L → residual → 0 through spaces of these dimensions: r (the data span it), M_1, …, M_L, s (Ω⊤ = VU
    through it). Cut it in a space c: letter l is on the way from k to c or on that from c to k − 1. So the form is zero
    if the product of Δ_k and the maps on the one way is zero, and that on the other; only one if no letter is on the
    other. (With bias maps in front of both changes are T, between spaces of one dimension more; those between them are
    W, then E, then T, wherever E is, as E W = T E: at c if c is there. The later change always comes as ΔE.) If c is a
    layer, J of Δ_k is zero, too: all maps on one of the ways stand in J. Changes with XΔ = 0 and ΔY = 0 have at most
    codimension xc + dy − xy, d × c being their shape and x, y bounds of the ranks of X and Y: the least dimensions on
    the ways. H_f meets Δ_1 only as Δ_1V, and Δ_L only as UΔ_LE: for it they have that shape. Layers add up.
    """
    depth, cut = len(widths) - 1, place.one_of("residual", *range(len(widths)))
    def least(plain: Sequence[int], augmented: Sequence[int], *more: int) -> int:
        return min([*(widths[n] if n else r for n in plain), *(widths[n] + bias if n else r for n in augmented), *more])
    def image(m: int) -> int:  # J is the sum of W^{L:m+1}(…), from layers up to m, and (…)T^{m:1}, from the others
        x, y = least(range(m, depth + 1), ()), least((), range(m + 1))
        return x * r + y * widths[-1] - x * y
    if quantity == "outer":
        return image(place.integer(0, depth))
    residual, total = cut == "residual", 0
    functional = (residual or quantity == "functional") and depth > 1
    for k in range(1, depth + 1) if functional or (quantity == "loss" and not residual) else ():
        rows, columns = widths[k], widths[k - 1] + bias if k > 1 else s if functional else r
        if last := functional and k == depth:
            rows, columns = s, widths[k - 1]
        if residual:
            x, y = least(range(k, depth + 1), (), s) * (k > 1), least((), range(k), s) * (k < depth)
        elif k <= cut:
            x, y = least(range(k, cut + 1), ()), least(range(cut, depth + 1), range(k), s)
        else:
            x = least(range(k, depth + 1), range(cut + 1), s)
            y = least(range(cut, k), ()) if last else least((), range(cut, k))
        x, y = min(x, rows), min(y, columns)
        total += x * columns + y * rows - x * y
    if quantity == "functional" or not residual:
        return total
    # On the changes that this leaves, H = H_o. All terms of UJV are zero there, with bias those of all but one column
    # of V: the others end in zero, which leads T ⋯ T to UΔE. These equations are independent on all J at the witness,
    # whose J have all entries of the first s rows: so they are for almost all weights. rk H ≤ codimension + rk H_o.
    if s > min(widths[1:]):
        place.reject("the residual's rank exceeds a width")
    return total + min(map(image, range(depth + 1))) - (s * (s - bias) if depth > 1 else 0)
# ------------------------------------------------------------------ architectures from below: the rank at one point
# At both points W^l are rectangular identities, biases zero, Σ = diag(1, …, 1, 0, …) (with bias …, 0, 1). J takes entry
# (i, a) of Δ_k to (i, a) if a passes layers 0, …, k − 1 and i passes k, …, L: i passes a layer that is at least i wide
# (the constant input a = 0 passes all). Ω_ia couples entry (j, a) of Δ_k with (i, j) of Δ_l, k < l, if a passes 0, …,
# k − 1, j passes k, …, l − 1 and i passes l, …, L. Here widths[0] is the rank of the inputs' covariance.
def passes(widths: list[int], i: int, first: int, end: int) -> bool:
    return all(i <= width for width in widths[first:end])
def blocks_of(part: dict[str, Part], widths: list[int], quantity: str, s: int, prime: int) -> int:
    """The rank at Ω = diag(ω), with 1 up to s and the least width, then 3 up to s, then 0.
    Entries (i, j), (j, i) of all layers are a block. Indices of one kind pass the same layers: their blocks are equal.
    """
    ends, total, blocks = sorted({s, *widths} - {0}), 0, []
    omegas = [0 if end > s else 1 if end <= min(widths) else 3 for end in ends]
    kinds = [{"from": low + 1, "to": high, "omega": omega} for low, high, omega in zip([0, *ends[:-1]], ends, omegas)]
    for a, b, same in [(m, n, same) for m in range(len(ends)) for n in range(m, len(ends)) for same in (True, False)]:
        i, j = ends[a], ends[b] - (a == b and not same)
        size, other = ends[a] - kinds[a]["from"] + 1, ends[b] - kinds[b]["from"] + 1
        count = size * int(a == b) if same else size * (size - 1) // 2 if a == b else size * other
        pairs, layers = [(i, j), (j, i)][: 2 - same], range(1, len(widths))
        rows = [(k, x, y) for x, y in pairs for k in layers if count and x <= widths[k] and y <= widths[k - 1]]
        spend(10 * len(widths) * len(rows) ** 2)
        weights = {i: omegas[a], j: omegas[b]}
        value = rank([[coupling(widths, quantity, weights, *sorted((x, y))) for y in rows] for x in rows], prime)
        total += count * value
        if value:
            often = count if count <= 2**53 else str(count)
            blocks.append({"kinds": [a, b], "same": same, "count": often, "size": len(rows), "rank": value})
    for name, listed in (("kinds", kinds), ("blocks", blocks)):
        for item, one in zip(part[name].items(), listed):
            if json.dumps(item.value, sort_keys=True) != json.dumps(one, sort_keys=True):
                item.reject(f"at the witness this is {json.dumps(one)}")
        if part[name].length() != len(listed):
            part[name].reject(f"at the witness there are {len(listed)}")
    return total
def coupling(widths: list[int], quantity: str, omegas: dict[int, int], one: Any, two: Any) -> int:
    (k, j, a), (l, i, b) = one, two
    outer = quantity != "functional" and (j, a) == (i, b) and passes(widths, i, k, l) and passes(widths, a, k, l)
    functional = quantity != "outer" and k < l and j == b and i == a and passes(widths, j, k, l)
    return (outer + omegas[i] * functional) * (passes(widths, a, 0, k) and passes(widths, i, l, len(widths)))
def shift(widths: list[int], s: int, prime: int) -> tuple[int, int]:
    """Ranks at Ω_{t,t-1} = c_t, t = 1, …, s (column 0 is that of the constant): of H_f, and what H_o adds to it.
    H = H_o + Σ c_tF_t has for almost all c at least the rank Σ rk(F_t on K_{t-1}) + rk(H_o on K_s), where K_0 is all
    and K_t ⊂ K_{t-1} is such that F_t is zero between both: take C_t ⊂ K_{t-1} with F_t not singular on it. F_u is zero
    between C_t and C_v, t ≤ v, if u < v and u ≤ t; so with c_t = ε^{e_t}, 2e_{t+1} > e_t + e_v for all v > t (such as
    e_t = 2^n − 2^{n-t}; H_o comes last), blocks scaled by ε^{-e_t/2} on both sides become diagonal as ε → 0. Here all
    K_t are spanned by entries. F_t joins (j, t−1) of Δ_k with (t, j) of Δ_l, k < l; what it joined is gone. So (i, a)
    can go at steps i and a + 1 only, and all depends on what i, a and their neighbours pass: few classes of pairs. J
    takes entries to entries or to zero, so H_o counts those to which something left is taken.
    """
    layers, end = range(1, len(widths)), len(widths)
    def joined(t: int, j: int, gone: Any = (), lost: Any = ()) -> list[list[int]]:
        early = {k for k in layers if t <= s and k not in gone and passes(widths, t - 1, 0, k)}
        later = {l for l in layers if t <= s and l not in lost and passes(widths, t, l, end)}
        spend(10 * len(layers) * (len(layers) + len(early) * len(later)))
        return [[int(k < l and k in early and l in later and passes(widths, j, k, l)) for l in layers] for k in layers]
    def step(t: int, j: int, gone: Any = (), lost: Any = ()) -> tuple[int, set[int], set[int]]:
        rows = joined(t, j, gone, lost)
        some, others = ({n for n in layers if any(each[n - 1])} for each in (rows, list(zip(*rows))))
        return 2 * rank(rows, prime), some, others
    def late(t: int, j: int) -> tuple[int, set[int], set[int]]:  # j < t − 1: entries have met steps j and j + 1 before
        return step(t, j, step(j, t - 1)[2], step(j + 1, t)[1])
    def left(i: int, a: int, *gone: set[int]) -> bool:
        return any(passes(widths, a, 0, k) and passes(widths, i, k, end) for k in {*layers}.difference(*gone))
    ends = sorted({width + more for width in (*widths, s) for more in (-1, 0, 1) if width + more > 0})
    classes, functional, outer = [(low + 1, high) for low, high in zip([0, *ends[:-1]], ends)], 0, 0
    for low, high in classes:
        size = high - low + 1
        outer += (high - max(low, 2) + 1) * (high > 1 and left(high, 0, step(1, high)[1]))
        for first, last in classes:
            if first >= low and (count := size * (size - 1) // 2 if first == low else size * (last - first + 1)):
                found, _, lost = step(low, j := first + (first == low))  # pairs t < j meet at step t first
                functional, outer = functional + count * found, outer + count * left(low, j, lost, late(j + 1, low)[1])
            both = size * (last - first + 1) - (last + 1 == low)
            if first <= low and (count := (size - 1) * (size - 2) // 2 if first == low else both):
                found, _, lost = late(high, first)  # pairs j < t − 1
                functional += count * found
                outer += count * left(high, first, lost, step(first + 1, high)[1])
    gone = {*layers}  # entries (t−1, t−1) and (t, t) meet (t, t−1) at step t; gone is what went of (t−1, t−1) before
    for t, high in classes:
        while t <= high:
            rows = [[*row, *other] for row, other in zip(zip(*joined(t, t - 1, gone)), joined(t, t))]
            now, after = ({k for k in layers if any(row[k - 1 + more] for row in rows)} for more in (0, len(layers)))
            count = high - t + 1 if after == gone else 1
            functional += 2 * count * rank(rows, prime)
            outer += count * (left(t, t - 1, {k for k in layers if any(rows[k - 1])}) + left(t - 1, t - 1, gone, now))
            gone, t = after, t + count
    return functional, outer
def check_architecture(root: Part) -> str:
    """The statement of a certificate about all weights and data, if it follows."""
    field = root.fields(COMMON + "ranks upper witness")
    claim, network = field["claim"].fields("quantity rank"), field["architecture"].fields("widths bias")
    widths, bias, name = network_of(network)
    quantity, prime = claim["quantity"].one_of(*PARTS), prime_of(field["prime"])
    cut, kind = field["upper"].fields("cut")["cut"], "augmented_" * bias
    ranks = field["ranks"].fields(f"{kind}data_rank {kind}residual_rank" + " residual_mean" * bias)
    r = ranks[f"{kind}data_rank"].integer(int(bias), widths[0] + bias)
    mean = ranks["residual_mean"].integer(0, 1) if bias else 0
    s = ranks[f"{kind}residual_rank"].integer(mean, min(r - bias + mean, widths[-1]))
    inner = [r - bias, *widths[1:]]  # with bias Σ has the rank of the inputs' covariance, and one
    if mean:
        upper = bound_of(widths, True, quantity, r, s, cut)
        functional, rest = shift(inner, 0 if quantity == "outer" else s, prime)
        lower, outer = (functional, 0) if quantity == "functional" else (functional + rest, shift(inner, 0, prime)[1])
        witness = field["witness"].fields("point outer functional")
        witness["point"].one_of("shift")
        witness["outer"].integer(outer, outer)
        witness["functional"].integer(lower - outer, lower - outer)  # what H_f adds
    else:
        # With bias and E[δ] = 0: put β_k = Δb_k + ΔW_k·E[z_{k-1}] for Δb_k and x − E[x] for x. Then the β occur in H_o
        # only, as ‖Σ_k W^{L:k+1}β_k‖², which has rank K (k = L), and the ΔW form the H without biases.
        biases = widths[-1] if bias and quantity != "functional" else 0
        upper = biases + bound_of(widths, False, quantity, inner[0], s, cut)
        witness = field["witness"].fields("point kinds blocks biases")
        witness["point"].one_of("diagonal")
        lower = witness["biases"].integer(biases, biases) + blocks_of(witness, inner, quantity, s, prime)
    claimed = claim["rank"].integer(0, 10**40)
    if not claimed == upper == lower:
        claim["rank"].reject(f"at most {upper} is proved for all weights and data, at least {lower} for almost all")
    what, x = ("weights, biases and data", "x̃") if bias else ("weights and data", "x")
    given = f"rk E[{x}{x}⊤] <= {r} and rk E[δ{x}⊤] <= {s}" + ", where x̃ = (x, 1)," * bias
    given += " and with E[δ] = 0" * (bias and not mean) + f" the {PARTS[quantity]} has rank at most {claimed}, "
    generic = f"and for almost all {what} of these ranks it has rank {claimed}, for the linear network {name}"
    return f"For all {what} with {given}{generic}, squared error."
def check(path: str | os.PathLike[str]) -> CheckResult:
    """Check one certificate. It never raises for what a file holds, and takes bounded time and memory.

    Example:
        >>> check("there is no such file").why
        'cannot be read: No such file or directory'
    """
    text, _steps.left = "", LARGEST_WORK
    try:
        text, value = read(path)
        kind = value.get("schema") if type(value) is dict else None
        if kind != INSTANCE and kind != ARCHITECTURE:
            raise Unreadable(f"no certificate: expected an object with schema {ARCHITECTURE} or {INSTANCE}")
        statement = check_instance(Part(value)) if kind == INSTANCE else check_architecture(Part(value))
        if value["statement"] != statement:
            raise Rejected(f"what is proved is: {statement}", ("statement",))
        # The hash shows accidents. Whoever changes a file can write another one: nothing above relies on it.
        body = {name: each for name, each in value.items() if name != "sha256"}
        content = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if value["sha256"] != hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest():
            raise Rejected("not the hash of this file, which has been changed", ("sha256",))
    except (Unreadable, RecursionError, MemoryError) as error:  # nested too deeply, too large
        return CheckResult(False, why=str(error) or "takes too much memory", readable=False)
    except Rejected as error:
        why, place = (*error.args, ())[:2]
        where = ".".join(ascii(step).strip("'")[:40] for step in place) or "certificate"
        return CheckResult(False, why=why, line=line_of(text, place), where=where)
    return CheckResult(True, statement)
def main(files: Sequence[str]) -> int:
    """Check files, print one line each, and return the exit status."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    results = [(ascii(name)[1:-1], check(name)) for name in files]
    for name, found in results:
        failure = f"rejected: {found.where} (line {found.line}): {found.why}" if found.readable else found.why
        print(f"{name}: {f'proves: {found.statement}' if found.ok else failure}")
    return max((0 if found.ok else 1 if found.readable else 2 for _, found in results), default=2)
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
