"""Subscripts, ranges, mappings and exceptions; see :mod:`micro`."""

from __future__ import annotations

import pytest
from engines import ENGINES, engine_name
from micro import DT, Case, asked, check_closed_form, check_pysd, check_simlin

LISTED = "takes the listed elements of a mapping for elements of the range"

CASES = [
    Case(
        "sums over a range",
        "r: a, b, c ~~| v[r] = 1.0, 2.0, 4.0 ~~| x = SUM(v[r!]) ~~| y = PROD(v[r!]) ~~|"
        "z = VMAX(v[r!]) - VMIN(v[r!]) ~~| u = SUM(v[r!]*v[r!]) + Time ~~|",
        {
            "x": lambda t, k: 7.0,
            "y": lambda t, k: 8.0,
            "z": lambda t, k: 3.0,
            "u": lambda t, k: 21.0 + t,
        },
        simlin="has no PROD over a range",
    ),
    Case(
        "ageing chain over mapped ranges",
        "age: a1, a2, a3 ~~| older: a2, a3 ~~| younger: a1, a2 -> older ~~|"
        "into[a1] = 6.0 ~~| into[older] = out[younger] ~~| out[age] = s[age]/2.0 ~~|"
        "s[age] = INTEG(into[age] - out[age], 0.0) ~~|",
        {"s[a1]": lambda t, k: 12 * (1 - (1 - DT / 2) ** k), "s[a3]": None},
    ),
    Case(
        "exceptions",
        "r: a, b, c ~~| x[r] :EXCEPT: [b] = 1.0 + Time ~~| x[b] = 5.0 ~~|",
        {"x[a]": lambda t, k: 1 + t, "x[b]": lambda t, k: 5.0, "x[c]": lambda t, k: 1 + t},
    ),
    Case(
        "tables of constants",
        "r: a, b ~~| q: u, v, w ~~| m[r, q] = 1.0,2.0,3.0;4.0,5.0,6.0; ~~|"
        "x[q] = SUM(m[r!, q]) ~~| y[r] = SUM(m[r, q!])*Time ~~|",
        {
            "m[b,u]": lambda t, k: 4.0,
            "x[w]": lambda t, k: 9.0,
            "y[a]": lambda t, k: 6.0 * t,
        },
    ),
    Case(
        "ranges inside ranges",
        "small: a, b ~~| big: small, c ~~| v[big] = 1.0, 2.0, 3.0 ~~| x = SUM(v[small!]) ~~|"
        "y[small] = v[small]*10.0 ~~|",
        {"x": lambda t, k: 3.0, "y[b]": lambda t, k: 20.0},
    ),
    Case(
        "numbered ranges",
        "r: (s1-s4) ~~| v[r] = 1.0, 2.0, 3.0, 4.0 ~~| x = SUM(v[r!]) + v[s3] ~~|",
        {"x": lambda t, k: 13.0},
    ),
    Case(
        "numbered ranges and elements of their own",
        "r: (s1-s3), t ~~| v[r] = 1.0, 2.0, 3.0, 4.0 ~~| x = v[t] + SUM(v[r!])*Time ~~|",
        {"x": lambda t, k: 4 + 10 * t},
    ),
    Case(
        "a range defined after the range that holds it",
        "big: small, c ~~| small: a, b ~~| v[big] = 1.0, 2.0, 3.0 ~~| x = SUM(v[big!])*Time ~~|",
        {"x": lambda t, k: 6 * t},
    ),
    Case(
        "several exceptions",
        "r: a, b, c ~~| x[r] :EXCEPT: [a], [b] = 1.0 + Time ~~| x[a] = 0.0 ~~| x[b] = 2.0 ~~|",
        {"x[a]": lambda t, k: 0.0, "x[b]": lambda t, k: 2.0, "x[c]": lambda t, k: 1 + t},
    ),
    Case(
        "exception of a subrange",
        "r: a, b, c ~~| q: b, c ~~| x[r] :EXCEPT: [q] = Time ~~| x[q] = 5.0 ~~|",
        {"x[a]": lambda t, k: t, "x[b]": lambda t, k: 5.0, "x[c]": lambda t, k: 5.0},
    ),
    Case(
        "exception in two dimensions",
        "r: a, b ~~| q: u, v ~~| x[r, q] :EXCEPT: [a, u] = Time ~~| x[a, u] = 7.0 ~~|",
        {"x[a,u]": lambda t, k: 7.0, "x[a,v]": lambda t, k: t, "x[b,u]": lambda t, k: t},
    ),
    Case(
        "mapping with listed elements",
        "q: x, y ~~| r: a, b -> (q: y, x) ~~| u[r] = 1.0, 2.0 ~~| v[q] = u[r]*Time ~~|",
        {"v[x]": lambda t, k: 2 * t, "v[y]": lambda t, k: t},
        pysd=LISTED,
    ),
    Case(
        "mapping to subranges",
        "big: p1, p2, p3, p4 ~~| odd: p1, p3 ~~| even: p2, p4 ~~| r: a, b -> (big: odd, even) ~~|"
        "u[r] = 1.0, 2.0 ~~| v[big] = u[r]*Time ~~|",
        {"v[p1]": lambda t, k: t, "v[p2]": lambda t, k: 2 * t, "v[p3]": lambda t, k: t},
        pysd=LISTED,
    ),
    Case(
        "mappings to two ranges",
        "q: x, y ~~| p: k, l ~~| r: a, b -> q, (p: l, k) ~~| u[r] = 1.0, 2.0 ~~|"
        "v[q] = u[r]*Time ~~| w[p] = u[r]*Time ~~|",
        {"v[x]": lambda t, k: t, "w[k]": lambda t, k: 2 * t},
        pysd=LISTED,
    ),
    Case(
        "copy of a range",
        "r: a, b ~~| q <-> r ~~| v[r] = 1.0, 2.0 ~~| y[q] = v[q]*Time ~~| z[r] = SUM(v[q!])*v[r] ~~|",
        {"y[b]": lambda t, k: 2 * t, "z[b]": lambda t, k: 6.0},
    ),
    Case(
        "number of elements",
        "r: (s1-s7) ~~| x = ELMCOUNT(r)*Time ~~|",
        {"x": lambda t, k: 7 * t},
    ),
    Case(
        "tabbed array",
        "r: a, b ~~| q: u, v ~~| m[r, q] = TABBED ARRAY(\n1.0\t2.0\n3.0\t4.0) ~~| x = m[b, u]*Time ~~|",
        {"x": lambda t, k: 3 * t},
    ),
    Case(
        "sum over two ranges",
        "r: a, b ~~| q: u, v ~~| m[r, q] = 1.0,2.0;3.0,4.0; ~~| x = SUM(m[r!, q!])*Time ~~|",
        {"x": lambda t, k: 10 * t},
    ),
    Case(
        "sum of products over one range",
        "r: a, b ~~| v[r] = 1.0, 2.0 ~~| w[r] = 3.0, 4.0 ~~| x = SUM(v[r!]*w[r!])*Time ~~|",
        {"x": lambda t, k: 11 * t},
    ),
    Case(
        "sum inside a sum",
        "r: a, b ~~| q: u, v ~~| v[r] = 1.0, 2.0 ~~| w[q] = 3.0, 4.0 ~~|"
        "x = SUM(v[r!]*SUM(w[q!]))*Time ~~|",
        {"x": lambda t, k: 21 * t},
    ),
    Case(
        "extremes over a range and an element of it",
        "r: a, b, c ~~| v[r] = 3.0, -1.0, 2.0 ~~| x[r] = VMAX(v[r!]) - v[r] ~~| y = VMIN(v[r!])*Time ~~|",
        {"x[b]": lambda t, k: 4.0, "y": lambda t, k: -t},
    ),
    Case(
        "stocks of two dimensions",
        "r: a, b ~~| q: u, v ~~| k[r] = 0.1, 0.2 ~~| s0[q] = 1.0, 2.0 ~~|"
        "s[r, q] = INTEG(-k[r]*s[r, q], s0[q]) ~~|",
        {
            "s[a,v]": lambda t, k: 2 * (1 - 0.1 * DT) ** k,
            "s[b,u]": lambda t, k: (1 - 0.2 * DT) ** k,
        },
    ),
    Case(
        "one element on the left, others on the right",
        "r: a, b, c ~~| v[r] = 1.0, 2.0, 3.0 ~~| x[a] = v[c]*Time ~~| x[b] = v[a] ~~| x[c] = 0.0 ~~|",
        {"x[a]": lambda t, k: 3 * t, "x[b]": lambda t, k: 1.0},
    ),
    Case(
        "one number for a whole range",
        "r: a, b ~~| x[r] = 4.0 ~~| y = SUM(x[r!])*Time ~~|",
        {"y": lambda t, k: 8 * t},
    ),
]
IDS = [case.name for case in CASES]


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_closed_form(case, engine, tmp_path):
    check_closed_form(case, engine, tmp_path)


@pytest.mark.parametrize("case", asked(CASES, "pysd"))
def test_agrees_with_pysd(case, tmp_path):
    check_pysd(case, tmp_path)


@pytest.mark.parametrize("case", asked(CASES, "simlin"))
def test_agrees_with_simlin(case, tmp_path):
    check_simlin(case, tmp_path)


@pytest.mark.parametrize("engine", ENGINES, ids=engine_name)
def test_a_subscript_as_a_number_is_its_place(engine, tmp_path):
    text = "r: a, b, c ~~| x[r] = r*Time ~~| y[r] = IF THEN ELSE(r = b, 1.0, c) ~~|"
    forms = {"x[c]": lambda t, k: 3.0 * t, "y[b]": lambda t, k: 1.0, "y[a]": lambda t, k: 3.0}
    check_closed_form(Case("place", text, forms), engine, tmp_path)
