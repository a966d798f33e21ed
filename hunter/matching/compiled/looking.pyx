# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""How strong the likeness of bare handles of ASCII with forms of brands' names is, for many pairs at once.

It is what `scales.weigh` would say if the form explained the handle best. What is no plain handle is the judge's own.
"""

from cpython.bytes cimport PyBytes_AS_STRING
from libc.math cimport INFINITY, log2
from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset

from functools import lru_cache
from itertools import accumulate
from threading import RLock

import numpy as np

from hunter.matching import counterparts, particulars, scales
from hunter.matching.likeness import MOST_A_LETTER
from hunter.matching.measures import CASES, shipped_scale
from hunter.matching.compiled import placing, spelling
from hunter.matching.compiled.measuring import MEASURES

from hunter.matching.compiled.closely cimport look_closely
from hunter.matching.compiled.likening cimport Alike, Ours, find_places, liken, look_for_bait, most_gained, stand
from hunter.matching.compiled.measuring cimport *
from hunter.matching.compiled.placing cimport DOUBLE, GLYPH, NEAR
from hunter.matching.compiled.reading cimport Line, read
from hunter.matching.compiled.spelling cimport LONGEST, code_of, most_of

KINDS = ("handle", "package")  # kinds of names
_ELSEWHERE = ("host", "spaced", "sounds", "swapped", "styled", "address", "cheap", "hosted", "main")  # never in plain handles

cdef enum:
    NUMBER_OF_CASES = 4
    NUMBER_OF_KINDS = 2
    MOST_BENDS = 64

cdef struct Bend:
    int measure
    double knee
    double weight

cdef struct Scale:
    double weights[MEASURED]
    Bend bends[MOST_BENDS]
    int bent


cdef double _first[NUMBER_OF_CASES][MEASURED]
cdef Scale _second[NUMBER_OF_CASES][NUMBER_OF_KINDS]
cdef double _half[NUMBER_OF_KINDS]
cdef double _step[NUMBER_OF_KINDS]
cdef double _slack, _disguised, _disguised_slack, _middle
cdef int _shortest
cdef bint _rises[NUMBER_OF_CASES]  # whether more gain never says less
cdef int _sole[MEASURED][2]  # measures that mean something else where the name is nothing but ours, and what they are then
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
    for kind, of in enumerate(KINDS):
        half, sure = scales.points_of(of)
        _half[kind], _step[kind] = half, (scales.SURE - scales.HALF) / (sure - half)
    for name in counterparts.SOLE:
        _sole[_soles][0] = MEASURES.index(name)
        _sole[_soles][1] = MEASURES.index(counterparts.sole_name(name))
        _soles += 1
    _disguised_slack = scales.DISGUISED_SLACK
    _middle, _slack, _disguised, _shortest = scales.HALF, scales.SLACK, scales.DISGUISED, scales.SHORTEST
    _loaded = True
    return _whole


cdef bint _fill(double* weights, scale):
    cdef bint whole = True
    for name, weight in scale.items():
        if name in MEASURES:
            weights[<int> MEASURES.index(name)] = weight
        else:
            whole &= name.split("_")[0] in _ELSEWHERE
    return whole


cdef bint _bend(Scale* scale, bends):
    cdef bint whole = True
    for name, knees in bends:
        for knee, weight in knees:
            if name in MEASURES and scale.bent < MOST_BENDS:
                scale.bends[scale.bent] = Bend(MEASURES.index(name), knee, weight)
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


cdef double _open(int case, const Ours* ours, const Line* line, const double* found) noexcept nogil:
    """The most that `measure_all` may add to the odds of the first look."""
    cdef const double* weights = _first[case]
    cdef double size = ours.size, length = line.size
    cdef double short = size if size < length else length
    cdef double alike = (short / size + short / length + 1) / 3, most
    most = _most(weights[WINKLER], alike + 0.4 * (1 - alike))
    most += _most(weights[RATIO] + weights[RATIO_MAIN], 2 * short / (size + length))
    most += _most(weights[OUTSIDE], 60) + _most(weights[OUTSIDE_15], 15)
    most += _most(weights[BAIT], 1) + _most(weights[BAIT_NEAR], 1) + _most(weights[BAIT_FAR], 1)
    return most + _most(-weights[LOOSE], found[LOOSE])


cdef inline double _strength_of(double odds, int kind) noexcept nogil:
    cdef double strength = _middle + _step[kind] * (odds - _half[kind])
    return 0.0 if strength < 0 else 1.0 if strength > 1 else strength


cdef bint _is_disguised(const Ours* ours, const Line* line, const Alike* alike) noexcept nogil:
    """As `scales` has it: the whole name is ours but for several look-alike or repeated letters."""
    if alike.place.edits < 2 or alike.place.end - alike.place.start != line.size or ours.size < _shortest:
        return False
    return alike.place.counts[GLYPH] + alike.place.counts[DOUBLE] == alike.place.edits


cdef bint _may_reach(const Ours* ours, Line* line, int count, int kind, double least) noexcept nogil:
    """Whether any place may be stronger than the least, told from letters alone."""
    cdef Alike at
    cdef double found[MEASURED]
    cdef int number, case, i
    cdef double most, near
    for number in range(count):
        if not stand(ours, line, number, &at):
            continue
        case = case_of(&at, line)
        if not _rises[case] or _is_disguised(ours, line, &at):
            return True
        at.gain = most_gained(ours, line, &at)
        if at.gain == INFINITY:
            return True
        measure_at_once(ours, line, &at, found)
        most = _sum(_first[case], found, SPELLED) + _open(case, ours, line, found) + _slack
        near = most_of(line.letters + line.first[at.first], at.left) + most_of(line.letters + at.place.end, at.right)
        most += _most_near(case, near if near < 30 else 30, at.left + at.right, at.place.counts[NEAR] > 0)
        if _strength_of(most, kind) > least:
            return True
    return False


cdef double _most_near(int case, double near, int beside, bint other) noexcept nogil:
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


cdef class Looks:
    """The forms of brands, ready to be compared with any number of handles."""

    cdef Ours* _ours
    cdef double (*_own)[MEASURED]  # what the forms say by themselves
    cdef Py_ssize_t _count
    cdef list _kept

    def __cinit__(self, forms, keywords):
        self._count = len(forms)
        self._ours = <Ours*> calloc(self._count + 1, sizeof(Ours))
        self._own = <double (*)[MEASURED]> calloc(self._count + 1, MEASURED * sizeof(double))
        if not self._ours or not self._own:
            raise MemoryError

    def __init__(self, forms, keywords):
        """`forms` with the folded keywords of the brand of each."""
        load()
        self._kept = []
        for number, (form, words) in enumerate(zip(forms, keywords, strict=True)):
            if form.letters.isascii() and form.letters.isalnum() and len(form.letters) <= LONGEST:
                self._take(number, form, words)

    def __dealloc__(self):
        free(self._ours)
        free(self._own)

    cdef _take(self, Py_ssize_t number, form, words):
        cdef Ours* ours = &self._ours[number]
        cdef bytes letters = spelling.numbers_of(form.letters), codes
        memcpy(ours.letters, PyBytes_AS_STRING(letters), len(letters))
        ours.is_plain, ours.size = True, len(letters)
        for at in form.breaks:
            ours.breaks |= <uint64_t> 1 << <int> at
        ours.words, ours.log_size = min(4, 1 + len(form.breaks)), log2(len(letters))
        ours.rare, ours.penalty = form.ordinary, form.penalty
        ours.limit = min(MOST_A_LETTER * len(letters), form.ordinary)
        plain = [spelling.code(word) for word in sorted(words) if word.isascii() and word.isalnum()]
        codes = np.array(plain, np.uint64).tobytes()
        self._kept.append(codes)
        ours.keywords, ours.keyword_count = <const uint64_t*> PyBytes_AS_STRING(codes), len(plain)
        for name, value in particulars.of_form(form).items():
            self._own[number][<int> MEASURES.index(name)] = value

    cdef double _look(self, Py_ssize_t number, Line* line, int kind, double least):
        """The strength of one pair; 0 where it is none, and where it is surely below the least."""
        cdef const Ours* ours = &self._ours[number]
        cdef Alike alike
        cdef int count = find_places(ours, line)
        if not count or not _may_reach(ours, line, count, kind, least) or not liken(ours, line, count, &alike):
            return 0.0
        return self._weigh(number, line, &alike, kind, least)

    cdef double _weigh(self, Py_ssize_t number, Line* line, Alike* alike, int kind, double least):
        """The strength of the best likeness of a pair; 0 where it is surely below the least."""
        cdef double found[MEASURED]
        cdef const Ours* ours = &self._ours[number]
        cdef int case = case_of(alike, line), i
        cdef double most = 0.0, odds = 0.0, value
        cdef const Scale* scale = &_second[case][kind]
        cdef bint disguised = _is_disguised(ours, line, alike)
        cdef double slack = _slack + (_disguised_slack if disguised else 0.0)
        measure_at_once(ours, line, alike, found)
        if _strength_of(_sum(_first[case], found, SPELLED) + _open(case, ours, line, found) + slack, kind) <= least:
            return 0.0
        look_for_bait(ours, line, alike)
        measure_all(ours, line, alike, found)
        most = _sum(_first[case], found, SPELLED) + slack
        if _strength_of(most, kind) <= least:
            return 0.0
        memcpy(found + SPELLED, self._own[number] + SPELLED, (MEASURED - SPELLED) * sizeof(double))
        look_closely(ours, line, alike, found)
        if found[WHOLE] and not alike.place.edits:
            for i in range(_soles):
                found[_sole[i][1]] = found[_sole[i][0]]
        odds = _sum(scale.weights, found, MEASURED)
        for i in range(scale.bent):
            value = found[scale.bends[i].measure] - scale.bends[i].knee
            odds += scale.bends[i].weight * value if value > 0 else 0.0
        if disguised:
            odds += _disguised
        return _strength_of(odds if odds < most else most, kind)

    def strengths(
        self, bytes handles, const long long[::1] breaks, const long long[::1] rows, const long long[::1] forms,
        const unsigned char[::1] kinds, double least=0.0,
    ):
        """The strength, 0 to 1, of pairs of a line and a form by their numbers; 2 where the judge must say it.

        `handles` are lines that end at `breaks`, `rows` are sorted, `kinds` are those of the names by their numbers in
        KINDS: one for all or one for each line. Strengths up to the least may be 0.
        """
        cdef const unsigned char* text = <const unsigned char*> PyBytes_AS_STRING(handles)
        cdef Py_ssize_t i, row, begun, last = -1
        cdef Line line
        cdef bint plain = False
        told = np.zeros(len(rows))
        cdef double[::1] strengths = told
        if not len(rows):
            return told
        if rows[len(rows) - 1] >= len(breaks) or breaks[len(breaks) - 1] >= len(handles):
            raise ValueError("there are fewer lines than rows")
        if len(forms) != len(rows) or np.max(forms) >= self._count or np.min(forms) < 0 or rows[0] < 0:
            raise ValueError("there is no such form")
        if len(kinds) not in (1, len(breaks)) or np.max(kinds) >= NUMBER_OF_KINDS:
            raise ValueError("there is no such kind")
        for i in range(len(rows)):
            row = rows[i]
            if row != last:
                begun = breaks[row - 1] + 1 if row else 0
                plain = read(text + begun, breaks[row] - begun, &line)
                last = row
            if not plain or not self._ours[forms[i]].is_plain or not _whole:
                strengths[i] = 2.0
            elif line.size:
                strengths[i] = self._look(forms[i], &line, kinds[row if len(kinds) > 1 else 0], least)
        return told

    cdef double _strength(self, bytes name, int kind, int start, int end):
        """The strength for the first form, which explains a name from one letter to another; 2 where it does not."""
        cdef Line line
        cdef Alike alike
        if not _whole or not self._ours[0].is_plain:
            return 2.0
        if not read(<const unsigned char*> PyBytes_AS_STRING(name), len(name), &line) or not line.size:
            return 2.0
        if not liken(&self._ours[0], &line, find_places(&self._ours[0], &line), &alike):
            return 2.0
        if alike.place.start != start or alike.place.end != end:
            return 2.0
        return self._weigh(0, &line, &alike, kind, 0.0)


@lru_cache(maxsize=4_096)
def _look_of(form, keywords):
    return Looks([form], [keywords])


def strength_of(form, keywords, str name, str kind, place):
    """The strength, 0 to 1, of the likeness of a handle with a form that is best at a place; None if it is not plain."""
    cdef Looks looks = _look_of(form, keywords)
    cdef double strength = looks._strength(name.encode(), KINDS.index(kind), place.start, place.end)
    return strength if strength <= 1.0 else None
