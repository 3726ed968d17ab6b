"""Writes `functions.json`: values of elementary functions, correctly rounded to f64. Needs mpmath.

    python functions.py > functions.json

An entry is [argument, value, rest]: two bit patterns in hexadecimal, and true value − value in units of the last place.
"""

import json
import math
import random
import struct

import mpmath as mp

# Enough for sines of arguments near 2^1024.
mp.mp.prec = 1400
TINY = 2.0**-1074
HUGE = float.fromhex("0x1.fffffffffffffp+1023")


def bits(x):
    return struct.pack(">d", x).hex()


def rounded(true):
    """The f64 nearest to `true`, and true − value in units of the last place."""
    if true == 0:
        return 0.0, 0.0
    exponent = max(mp.frexp(true)[1] - 1, -1022)
    ulp = mp.ldexp(1, exponent - 52)
    steps = mp.nint(true / ulp)  # ties go to even
    value = mp.ldexp(steps, exponent - 52)
    rest = float(true / ulp - steps)
    if abs(value) > HUGE:
        return math.copysign(math.inf, true), 0.0
    return float(value), rest


def neighbours(points, count=3):
    """Each point with `count` floats on both sides."""
    for point in points:
        for direction in (-math.inf, math.inf):
            x = float(point)
            for _ in range(count):
                yield x
                x = math.nextafter(x, direction)


def spread(low, high, count):
    return [random.uniform(low, high) for _ in range(count)]


def powers(low, high, count):
    """`count` numbers of either sign, their exponents evenly between two powers of 2."""
    for i in range(count):
        exponent = low + (high - low) * i / count
        mantissa = random.uniform(1, 2)
        yield math.ldexp(mantissa, math.floor(exponent))
        yield -math.ldexp(mantissa, math.floor(exponent))


def logistic(x):
    return 1 / (1 + mp.exp(-x))


LN_2, TOP = math.log(2), [TINY, 2.0**-1022, HUGE, -TINY, -(2.0**-1022), -HUGE]
# Halfway between two multiples of ln 2 the reduced argument changes sign.
HALVES = [(k + 0.5) * LN_2 for k in (-1074, -1023, -54, -3, -2, -1, 0, 1, 2, 53, 1023)]
ROOTS = [math.sqrt(0.5) * 2.0**k for k in (-1074, -1060, -1022, -2, -1, 0, 1, 2, 1023)]
PLACES = {
    # Function: (value, break points, ranges of arguments evenly spread, exponents of arguments)
    "exp": (mp.exp, HALVES + [-746, -745.1332191019412, -708.3964185322641, 709.782712893384, 710, 1e300, -1e300],
            [(-1, 1), (-50, 50), (-745, -708), (-708, 709)], (-60, 9)),
    "exp_m1": (mp.expm1, HALVES[2:] + [-38, -37.4299477502371, 709.782712893384, 710, 1e300, -1e300],
               [(-0.4, 0.4), (-3, 3), (-40, 40), (0, 709)], (-1074, 9)),
    "ln": (mp.log, ROOTS + [1, 2.0**-1022, HUGE], [(0.6, 1.5), (0, 10), (0, 1e6)], (-1074, 1023)),
    "ln_1p": (mp.log1p, [math.sqrt(0.5) - 1, math.sqrt(2) - 1, 1, 3, 2.0**53, 2.0**54, -1 + 2.0**-53, HUGE],
              [(-1, -0.9), (-0.4, 0.5), (-1, 10), (0, 1e6)], (-1074, 1023)),
    "sin": (mp.sin, [math.pi / 4 * k for k in range(1, 9)], [(-7, 7), (-1e5, 1e5)], (-1074, 1023)),
    "cos": (mp.cos, [math.pi / 4 * k for k in range(1, 9)], [(-7, 7), (-1e5, 1e5)], (-1074, 1023)),
    "tanh": (mp.tanh, [0.55, 19.06, 19.1, -0.55, -19.1, 1e300] + HALVES[2:5], [(-0.6, 0.6), (-3, 3), (-20, 20)], (-1074, 5)),
    "sigmoid": (logistic, HALVES + [-746, -745.1332191019412, -708.3964185322641, 37, 80, 1000, -1000, -90],
                [(-2, 2), (-40, 40), (-745, -700), (-700, 0)], (-60, 9)),
    "erf": (mp.erf, [1, 5.9, 6, -1, -6, 1e300], [(-1.1, 1.1), (-3, 3), (-6, 6)], (-1074, 3)),
    "asinh": (mp.asinh, [1, -1, 2.0**28, -(2.0**28), 1e154, HUGE], [(-1, 1), (-20, 20), (-1e9, 1e9)], (-1074, 1023)),
    "acosh": (mp.acosh, [1, 2, 2.0**28, 1e154, HUGE], [(1, 1.1), (1, 2), (1, 20), (1, 1e9)], (-60, 1023)),
    "atanh": (mp.atanh, [0.5, -0.5, 1, -1], [(-0.5, 0.5), (-1, 1), (0.99, 1)], (-1074, 0)),
}

random.seed(1)
table = {}
for name, (function, breaks, ranges, exponents) in PLACES.items():
    arguments = TOP + list(neighbours(breaks)) + [x for r in ranges for x in spread(*r, 60)] + list(powers(*exponents, 100))
    low, high = {"ln": (0.0, math.inf), "ln_1p": (-1.0, math.inf), "acosh": (math.nextafter(1, 0), math.inf),
                 "atanh": (-1.0, 1.0)}.get(name, (-math.inf, math.inf))
    rows = []
    for x in sorted({x for x in arguments if low < x < high}):
        # Where the function has long reached its limit, mpmath would compute for ever.
        held = max(min(x, 1e4), -1e4) if name in ("exp", "exp_m1", "tanh", "sigmoid", "erf") else x
        value, rest = rounded(function(mp.mpf(held)))
        rows.append([bits(x), bits(value), round(rest, 3)])
    table[name] = rows
print("{\n" + ",\n".join(f'"{name}": [\n' + ",\n".join(json.dumps(r) for r in rows) + "\n]" for name, rows in table.items()) + "\n}")
