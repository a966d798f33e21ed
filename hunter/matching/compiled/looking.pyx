# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""How strong the likeness of bare handles of ASCII with forms of brands' names is, for many pairs at once.

It is what `scales.weigh` would say if the form explained the handle best. What is no plain handle is the judge's own.
"""

from cpython.bytes cimport PyBytes_AS_STRING
from libc.math cimport log2
from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memchr, memcpy

from functools import lru_cache

import numpy as np

from hunter.matching import particulars
from hunter.matching.compiled import lettering, scaling
from hunter.matching.compiled.measuring import NUMBERS
from hunter.matching.likeness import MOST_A_LETTER

from hunter.matching.compiled.closely cimport look_closely, look_up
from hunter.matching.compiled.likening cimport (
    Alike, Ours, Wholes, compare_wholes, find_places, liken, look_for_bait, most_gained, stand,
)
from hunter.matching.compiled.measuring cimport MEASURED, SPELLED, case_of, measure_all, measure_at_once
from hunter.matching.compiled.placing cimport NEAR, Traced, mask, retrace, tell_changes
from hunter.matching.compiled.reading cimport Line, read
from hunter.matching.compiled.scaling cimport (
    NUMBER_OF_KINDS, added, is_disguised, most_alike, most_looked_up, most_near, most_open, odds_at_first, odds_at_last,
    odds_of_wholes, rises, slack, strength_of as _strength_of,
)
from hunter.matching.compiled.lettering cimport LONGEST, text_of
from hunter.matching.compiled.spelling cimport most_of


cdef bint _may_reach(
    const Ours* ours, Line* line, int count, int kind, double least, Wholes* wholes
) noexcept nogil:
    """Whether any place may be stronger than the least, told from letters alone."""
    cdef Alike at
    cdef double found[MEASURED]
    cdef int number, case
    cdef double most, near
    for number in range(count):
        if not stand(ours, line, number, &at):
            continue
        case = case_of(&at, line)
        if not rises(case) or is_disguised(ours, line, &at):
            return True
        at.gain = most_gained(ours, line, &at)
        measure_at_once(ours, line, &at, found)
        most = odds_at_first(case, found) + most_open(case, found) + slack(False)
        near = most_of(line.letters + line.first[at.first], at.left) + most_of(line.letters + at.place.end, at.right)
        most += most_near(case, near if near < 30 else 30, at.left + at.right, at.place.counts[NEAR] > 0)
        if _strength_of(most + most_alike(case, ours, line), kind) > least:
            compare_wholes(ours, line, wholes)
            if _strength_of(most + odds_of_wholes(case, wholes), kind) > least:
                return True
    return False


cdef class Looks:
    """The forms of brands, ready to be compared with any number of handles."""

    cdef Ours* _ours
    cdef double (*_own)[MEASURED]  # what the forms say by themselves
    cdef Py_ssize_t _count
    cdef list _kept
    cdef bint _whole  # whether all that the judge measures is measured here

    def __cinit__(self, forms, keywords):
        self._count = len(forms)
        self._ours = <Ours*> calloc(self._count + 1, sizeof(Ours))
        self._own = <double (*)[MEASURED]> calloc(self._count + 1, MEASURED * sizeof(double))
        if not self._ours or not self._own:
            raise MemoryError

    def __init__(self, forms, keywords):
        """`forms` with the folded keywords of the brand of each."""
        self._whole = scaling.load()
        self._kept = []
        for number, (form, words) in enumerate(zip(forms, keywords, strict=True)):
            if form.letters.isascii() and form.letters.isalnum() and len(form.letters) <= LONGEST:
                self._take(number, form, words)

    def __dealloc__(self):
        free(self._ours)
        free(self._own)

    cdef _take(self, Py_ssize_t number, form, words):
        cdef Ours* ours = &self._ours[number]
        cdef bytes letters = lettering.numbers_of(form.letters), codes
        memcpy(ours.letters, PyBytes_AS_STRING(letters), len(letters))
        ours.is_plain, ours.size = True, len(letters)
        mask(ours.letters, ours.size, &ours.masks)
        for at in form.breaks:
            ours.breaks |= <uint64_t> 1 << <int> at
        ours.words, ours.log_size = min(4, 1 + len(form.breaks)), log2(len(letters))
        ours.rare, ours.penalty = form.ordinary, form.penalty
        ours.limit = min(MOST_A_LETTER * len(letters), form.ordinary)
        plain = [lettering.code(word) for word in sorted(words) if word.isascii() and word.isalnum()]
        codes = np.array(plain, np.uint64).tobytes() if plain else b""
        self._kept.append(codes)
        ours.keywords, ours.keyword_count = <const uint64_t*> PyBytes_AS_STRING(codes), len(plain)
        for name, value in particulars.of_form(form).items():
            self._own[number][<int> NUMBERS[name]] = value

    cdef double _look(self, Py_ssize_t number, Line* line, int kind, double least):
        """The strength of one pair; 0 where it is none, and where it is surely below the least."""
        cdef const Ours* ours = &self._ours[number]
        cdef Alike alike
        cdef Wholes wholes
        cdef int count = find_places(ours, line)
        wholes.told = False
        if not count or not _may_reach(ours, line, count, kind, least, &wholes):
            return 0.0
        if not liken(ours, line, count, &alike):
            return 0.0
        return self._weigh(number, line, &alike, &wholes, kind, least)

    cdef double _weigh(self, Py_ssize_t number, Line* line, Alike* alike, Wholes* wholes, int kind, double least):
        """The strength of the best likeness of a pair; 0 where it is surely below the least."""
        cdef double found[MEASURED]
        cdef const Ours* ours = &self._ours[number]
        cdef int case = case_of(alike, line)
        cdef bint disguised = is_disguised(ours, line, alike)
        cdef double most, odds
        measure_at_once(ours, line, alike, found)
        most = odds_at_first(case, found) + most_open(case, found) + slack(disguised)
        if _strength_of(most + most_alike(case, ours, line), kind) <= least:
            return 0.0
        compare_wholes(ours, line, wholes)
        if _strength_of(most + odds_of_wholes(case, wholes), kind) <= least:
            return 0.0
        look_for_bait(ours, line, alike)
        measure_all(line, alike, wholes, found)
        most = odds_at_first(case, found) + slack(disguised)
        if _strength_of(most, kind) <= least:
            return 0.0
        memcpy(found + SPELLED, self._own[number] + SPELLED, (MEASURED - SPELLED) * sizeof(double))
        look_closely(ours, line, alike, found)
        odds = odds_at_last(case, kind, alike.place.edits > 0, found) + added(disguised)
        if _strength_of(odds + most_looked_up(case, kind), kind) <= least:
            return 0.0
        look_up(line, alike, found)
        odds = odds_at_last(case, kind, alike.place.edits > 0, found) + added(disguised)
        return _strength_of(odds if odds < most else most, kind)

    def strengths(
        self, bytes handles, const long long[::1] rows, const long long[::1] forms, const unsigned char[::1] kinds,
        double least=0.0,
    ):
        """The strength, 0 to 1, of pairs of a line and a form by their numbers; 2 where the judge must say it.

        `handles` are lines, each ended, `rows` are sorted, `kinds` are those of the names by their numbers in
        `scaling.KINDS`: one for all or one for each line. Strengths up to the least may be 0.
        """
        cdef const char* begun = PyBytes_AS_STRING(handles)
        cdef const char* past = begun + len(handles)
        cdef const char* end = begun - 1  # of the line that was read last
        cdef Py_ssize_t i, last = -1
        cdef Line line
        cdef bint plain = False
        told = np.zeros(len(rows))
        cdef double[::1] strengths = told
        if not len(rows):
            return told
        if len(forms) != len(rows) or np.max(forms) >= self._count or np.min(forms) < 0:
            raise ValueError("there is no such form")
        if len(kinds) != 1 and rows[len(rows) - 1] >= len(kinds) or np.max(kinds) >= NUMBER_OF_KINDS:
            raise ValueError("there is no such kind")
        for i in range(len(rows)):
            if rows[i] < last or rows[i] < 0:
                raise ValueError("the rows are not in their order")
            if rows[i] > last:
                while last < rows[i] and end < past:
                    begun, last = end + 1, last + 1
                    end = <const char*> memchr(begun, 10, past - begun)
                    end = end if end else past
                if end == past:
                    raise ValueError("there are fewer lines than rows")
                plain = read(<const unsigned char*> begun, end - begun, &line)
            if not plain or not self._ours[forms[i]].is_plain or not self._whole:
                strengths[i] = 2.0
            elif line.size:
                strengths[i] = self._look(forms[i], &line, kinds[last if len(kinds) > 1 else 0], least)
        return told

    cdef _explain(self, str ours, bytes name, int kind):
        cdef Line line
        cdef Alike alike
        cdef Wholes wholes
        cdef Traced traced
        cdef str theirs
        if not self._ours[0].is_plain or not read(<const unsigned char*> PyBytes_AS_STRING(name), len(name), &line):
            return None
        if not line.size or not liken(&self._ours[0], &line, find_places(&self._ours[0], &line), &alike):
            return ()
        if alike.place.edits:
            retrace(self._ours[0].size, alike.number, &traced)  # before anything else may be looked for
        theirs = text_of(line.letters, line.size)
        wholes.told = False
        strength = self._weigh(0, &line, &alike, &wholes, kind, 0.0) if self._whole and kind >= 0 else None
        place = alike.place.start, alike.place.end, alike.place.cost
        edits = tell_changes(ours, theirs, &traced) if alike.place.edits else ()
        return (*place, edits, alike.gain, alike.left, alike.right, alike.crossings, strength)


@lru_cache(maxsize=4_096)
def _look_of(form, keywords):
    return Looks([form], [keywords])


def explain(form, keywords, str name, kind):
    """The best likeness of a handle with a form; None if it is not plain, nothing where there is no place.

    Start, end, cost and changes of its place, gain, letters beside it in its runs, crossings (see `likeness.Likeness`),
    and the strength, 0 to 1, for a kind of name; None for no kind.
    """
    cdef Looks looks = _look_of(form, keywords)
    return looks._explain(form.letters, name.encode(), scaling.KINDS.index(kind) if kind else -1)
