# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The judge's scales for plain handles: how much all that was measured says, as `measures.weigh` and `scales.weigh`
have it, and what it may say at most where some of it is still open."""

from itertools import accumulate
from threading import RLock

from hunter.matching import counterparts, scales
from hunter.matching.compiled import placing, spelling
from hunter.matching.compiled.measuring import NUMBERS
from hunter.matching.measures import CASES, shipped_scale

from hunter.matching.compiled.baits cimport load as load_baits
from hunter.matching.compiled.customs cimport load as load_customs
from hunter.matching.compiled.likening cimport Alike, Ours, Wholes
from hunter.matching.compiled.measuring cimport *
from hunter.matching.compiled.placing cimport DOUBLE, GLYPH
from hunter.matching.compiled.reading cimport Line

KINDS = ("handle", "package")  # kinds of names
_ELSEWHERE = ("host", "spaced", "sounds", "swapped", "styled", "address", "cheap", "hosted", "main")  # begin so

LOOKED_UP = (  # measures of `closely.look_up`, each 0 or 1
    *("in_word", "window_word", "left_word", "right_word", "tongue", "tongue_any", "tongue_near"),
    counterparts.sole_name("window_word"),
)

cdef enum:
    NUMBER_OF_CASES = 4
    MOST_BENDS = 64

cdef struct Bend:
    int measure
    double knee
    double weight

cdef struct Scale:
    double weights[MEASURED]
    Bend bends[MOST_BENDS]
    int bent
    double looked_up  # the most that `LOOKED_UP` may say together


cdef double _first[NUMBER_OF_CASES][MEASURED]
cdef Scale _second[NUMBER_OF_CASES][NUMBER_OF_KINDS]
cdef double _half[NUMBER_OF_KINDS]
cdef double _step[NUMBER_OF_KINDS]
cdef double _slack, _disguised, _disguised_slack, _middle
cdef int _shortest
cdef bint _rises[NUMBER_OF_CASES]  # whether more gain never says less
cdef int _sole[MEASURED][2]  # measures that mean something else in a name that is nothing but ours, and what then
cdef int _soles = 0
cdef bint _loaded = False
cdef bint _whole  # whether all that the judge measures is measured here

_lock = RLock()


def load() -> bool:
    """Reads the judge's scales; whether all that they weigh is measured here."""
    with _lock:  # threads may come here together
        return _load()


cdef _load():
    global _loaded, _soles, _whole, _disguised_slack, _middle, _slack, _disguised, _shortest
    cdef int case, kind
    if _loaded:
        return _whole
    spelling.load()
    load_customs()
    load_baits()
    _whole = placing.load()
    _soles = 0
    for case, name in enumerate(CASES):
        _whole &= _fill(_first[case], shipped_scale()[name])
        steps = [_first[case][measure] for measure in (GAIN, GAIN_8, GAIN_13, GAIN_18)]
        _rises[case] = all(step >= 0 for step in accumulate(steps))
        for kind, of in enumerate(KINDS):
            weights, bends = scales.scale_of(name, of)
            _second[case][kind].bent = 0
            _whole &= _fill(_second[case][kind].weights, weights)
            _whole &= _bend(&_second[case][kind], bends)
            _second[case][kind].looked_up = sum(max(0.0, weights.get(name, 0.0)) for name in LOOKED_UP)
    for kind, of in enumerate(KINDS):
        half, sure = scales.points_of(of)
        _half[kind], _step[kind] = half, (scales.SURE - scales.HALF) / (sure - half)
    for name in counterparts.SOLE:
        _sole[_soles][0] = NUMBERS[name]
        _sole[_soles][1] = NUMBERS[counterparts.sole_name(name)]
        _soles += 1
    _disguised_slack = scales.DISGUISED_SLACK
    _middle, _slack, _disguised, _shortest = scales.HALF, scales.SLACK, scales.DISGUISED, scales.SHORTEST
    _loaded = True
    return _whole


cdef bint _fill(double* weights, scale):
    cdef bint whole = True
    for name, weight in scale.items():
        if name in NUMBERS:
            weights[<int> NUMBERS[name]] = weight
        else:
            whole &= name.split("_")[0] in _ELSEWHERE
    return whole


cdef bint _bend(Scale* scale, bends):
    cdef bint whole = True
    for name, knees in bends:
        for knee, weight in knees:
            if name in NUMBERS and name not in LOOKED_UP and scale.bent < MOST_BENDS:
                scale.bends[scale.bent] = Bend(NUMBERS[name], knee, weight)
                scale.bent += 1
            else:
                whole &= name.split("_")[0] in _ELSEWHERE
    return whole


cdef inline double _sum(const double* weights, const double* found, int count) noexcept nogil:
    """Of so many measures, in four sums at once, which take a quarter of the time of one."""
    cdef int i = 0
    cdef double a = 0.0, b = 0.0, c = 0.0, d = 0.0
    while i + 4 <= count:
        a += weights[i] * found[i]
        b += weights[i + 1] * found[i + 1]
        c += weights[i + 2] * found[i + 2]
        d += weights[i + 3] * found[i + 3]
        i += 4
    while i < count:
        a += weights[i] * found[i]
        i += 1
    return a + b + (c + d)


cdef inline double _most(double weight, double value) noexcept nogil:
    return weight * value if weight > 0 else 0.0


cdef double most_open(int case, const double* found) noexcept nogil:
    """The most that `measure_all` may add to the odds of the first look, likeness of the wholes left out."""
    cdef const double* weights = _first[case]
    cdef double most = _most(weights[OUTSIDE], 60) + _most(weights[OUTSIDE_15], 15)
    most += _most(weights[BAIT], 1) + _most(weights[BAIT_NEAR], 1) + _most(weights[BAIT_FAR], 1)
    return most + _most(-weights[LOOSE], found[LOOSE])


cdef double most_alike(int case, const Ours* ours, const Line* line) noexcept nogil:
    """The most that the likeness of the wholes may add."""
    cdef const double* weights = _first[case]
    cdef double size = ours.size, length = line.size
    cdef double short = size if size < length else length
    cdef double alike = (short / size + short / length + 1) / 3
    return _most(weights[WINKLER], alike + 0.4 * (1 - alike)) + _most(
        weights[RATIO] + weights[RATIO_MAIN], 2 * short / (size + length)
    )


cdef double odds_of_wholes(int case, const Wholes* wholes) noexcept nogil:
    """What the likeness of the wholes adds."""
    cdef const double* weights = _first[case]
    return weights[WINKLER] * wholes.winkler + (weights[RATIO] + weights[RATIO_MAIN]) * wholes.ratio


cdef double strength_of(double odds, int kind) noexcept nogil:
    """The strength, 0 to 1, that natural log odds stand for in a kind of name."""
    cdef double strength = _middle + _step[kind] * (odds - _half[kind])
    return 0.0 if strength < 0 else 1.0 if strength > 1 else strength


cdef double odds_at_first(int case, const double* found) noexcept nogil:
    """Natural log of the odds after the first look."""
    return _sum(_first[case], found, SPELLED)


cdef double odds_at_last(int case, int kind, bint changed, double* found) noexcept nogil:
    """Natural log of the odds after both looks."""
    cdef const Scale* scale = &_second[case][kind]
    cdef double odds, value
    cdef int i
    if found[WHOLE] and not changed:
        for i in range(_soles):
            found[_sole[i][1]] = found[_sole[i][0]]
    odds = _sum(scale.weights, found, MEASURED)
    for i in range(scale.bent):
        value = found[scale.bends[i].measure] - scale.bends[i].knee
        odds += scale.bends[i].weight * value if value > 0 else 0.0
    return odds


cdef double most_looked_up(int case, int kind) noexcept nogil:
    """The most that `closely.look_up` may add to the odds after both looks."""
    return _second[case][kind].looked_up


cdef double slack(bint disguised) noexcept nogil:
    """By how much the second look may exceed the first."""
    return _slack + (_disguised_slack if disguised else 0.0)


cdef double added(bint disguised) noexcept nogil:
    """What both looks do not weigh."""
    return _disguised if disguised else 0.0


cdef bint rises(int case) noexcept nogil:
    """Whether more gain never says less."""
    return _rises[case]


cdef bint is_disguised(const Ours* ours, const Line* line, const Alike* alike) noexcept nogil:
    """As `scales` has it: the whole name is ours but for several look-alike or repeated letters."""
    if alike.place.edits < 2 or alike.place.end - alike.place.start != line.size or ours.size < _shortest:
        return False
    return alike.place.counts[GLYPH] + alike.place.counts[DOUBLE] == alike.place.edits


cdef double most_near(int case, double near, int beside, bint other) noexcept nogil:
    """The most that the cost of what stands beside a place may say if it is so much at most.

    `other`: the first of its measures means something else there.
    """
    cdef const double* weights = _first[case]
    cdef double step = 0.0 if other else weights[BESIDE]
    cdef double low, high
    step += weights[GLUE] / (beside if beside else 1)
    low = step * (near if near < 8 else 8)
    high = step * near + weights[BESIDE_8] * (near - 8 if near > 8 else 0)
    low = low if low > high else high
    return low if low > 0 else 0.0
