"""Derives the coefficients in `tables.rs`. Needs mpmath and numpy.

Each table is the polynomial that minimises the largest weighted error on an interval, found by Remez' exchange
algorithm in 60 digits. The weight turns the error of the polynomial into the relative error of the function that is
built from it. On an interval [0, b], coefficients are rounded one at a time, from the constant term on; after each, the
rest is fitted again. (Elsewhere tᵖ has a zero inside, and the exchange has no unique answer: all are rounded at once.)

    python coefficients.py
"""

import mpmath as mp
import numpy as np

mp.mp.dps = 60


def remez(f, w, a, b, powers):
    """The coefficients c that minimise max |w·(f − Σ c·t^power)| on [a, b], and that maximum."""
    n = len(powers)
    mid, half = (a + b) / 2, (b - a) / 2
    nodes = [mid - half * mp.cos(mp.pi * i / n) for i in range(n + 1)]
    grid = [mid - half * mp.cos(mp.pi * i / 1200) for i in range(1201)]
    f_grid, w_grid = [f(t) for t in grid], [w(t) for t in grid]
    for _ in range(40):
        rows = [[t**p for p in powers] + [(-1) ** i / w(t)] for i, t in enumerate(nodes)]
        solution = mp.lu_solve(mp.matrix(rows), mp.matrix([f(t) for t in nodes]))
        c, level = list(solution)[:n], abs(solution[n])
        error = [v * (y - sum(k * t**p for k, p in zip(c, powers))) for t, y, v in zip(grid, f_grid, w_grid)]
        # One extremum from each run of equal sign.
        peaks = []
        for t, e in zip(grid, error):
            if peaks and peaks[-1][1] * e > 0:
                if abs(e) > abs(peaks[-1][1]):
                    peaks[-1] = (t, e)
            else:
                peaks.append((t, e))
        while len(peaks) > n + 1:
            peaks.pop(0 if abs(peaks[0][1]) < abs(peaks[-1][1]) else -1)
        worst = max(abs(e) for e in error)
        if len(peaks) < n + 1 or worst < level * mp.mpf("1.001"):
            break
        nodes = [t for t, _ in peaks]
    return c, worst


def fit(name, f, w, a, b, count, kind):
    """Prints the table of `count` coefficients, rounded to `kind`, and the largest error after rounding."""
    a, b = mp.mpf(a), mp.mpf(b)
    c, _ = remez(f, w, a, b, list(range(count)))
    fixed = [] if a == 0 else [mp.mpf(float(kind(mp.nstr(k, 40)))) for k in c]
    for first in range(len(fixed), count):
        rest = lambda t: f(t) - sum(k * t**p for p, k in enumerate(fixed))
        c, _ = remez(rest, w, a, b, list(range(first, count)))
        fixed.append(mp.mpf(float(kind(mp.nstr(c[0], 40)))))
    grid = [a + (b - a) * i / 3000 for i in range(3001)]
    worst = max(abs(w(t) * (f(t) - sum(k * t**p for p, k in enumerate(fixed)))) for t in grid)
    print(f"// {name} {kind.__name__}: {mp.nstr(worst, 3)}")
    for k in fixed:
        print(f"    {kind(float(k))!s},")


def near(t, g, limit):
    """g(t), or its limit where t is too small for the formula."""
    return g(t) if abs(t) > mp.mpf("1e-15") else mp.mpf(limit)


ARCTANH = mp.sqrt(2) - 1
S = ARCTANH / (2 + ARCTANH)
for kind, exp, log, tanh, inner, outer, top in (
    (np.float32, 6, 4, 5, 7, 9, 4),
    (np.float64, 10, 7, 10, 12, 18, 6),
):
    # eʳ = 1 + r + r²·E(r) on |r| ≤ ½ ln 2, relative to eʳ − 1, and no finer than it need be near 0.
    fit("EXP", lambda r: near(r, lambda r: (mp.expm1(r) - r) / r**2, 0.5),
        lambda r: max(near(r, lambda r: abs(r**2 / mp.expm1(r)), 0), mp.mpf("0.1")), -0.3467, 0.3467, exp, kind)
    # ln((1 + s)/(1 − s)) = 2s + s·z·R(z), z = s², on |s| ≤ (√2 − 1)/(√2 + 1), relative.
    fit("LOG", lambda z: near(z, lambda z: (2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2) / z, mp.mpf(2) / 3),
        lambda z: z / 2 + mp.mpf("1e-15"), 0, S**2, log, kind)
    # tanh x = x + x·z·T(z), z = x², on |x| ≤ 0.55, relative.
    fit("TANH", lambda z: near(z, lambda z: (mp.tanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, -mp.mpf(1) / 3),
        lambda z: near(z, lambda z: z * mp.sqrt(z) / mp.tanh(mp.sqrt(z)), 1e-15), 0, mp.mpf("0.5501") ** 2, tanh, kind)
    # erf x = x + x·P(z), z = x², on |x| ≤ 1, relative.
    fit("ERF_INNER", lambda z: near(z, lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1, 2 / mp.sqrt(mp.pi) - 1),
        lambda z: near(z, lambda z: mp.sqrt(z) / mp.erf(mp.sqrt(z)), 1), 0, mp.mpf("1.0001"), inner, kind)
    # erf x = 1 − exp(Q(x − 1)) on 1 ≤ x ≤ top, relative to erf x.
    fit("ERF_OUTER", lambda t: mp.log(mp.erfc(1 + t)), lambda t: mp.erfc(1 + t) / mp.erf(1 + t), 0, top - 1, outer, kind)
