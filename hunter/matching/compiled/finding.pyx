# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Where strings of `patterns.Patterns` stand in a text, in one pass; what `searching.SlowFinder` finds."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdint cimport int64_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcmp, memcpy, memset

from itertools import accumulate

import numpy as np

from hunter.matching.compiled.lookup cimport (
    GRAMS, Hits, Lookup, clear, collect, count, end_of_stretch, free_hits, make_hits, make_room,
)
from hunter.matching.compiled.numbers cimport Numbers, free_numbers, make_numbers, put, taken

cdef enum:
    BITS = 5  # of a letter
    GRAM = 4  # letters by which strings are looked up
    LONGEST = 8  # letters of a string that are compared at once
    SPACE = 27
    ANYWHERE = 0  # where strings count, see `screening.searching`
    AT_EDGE = 1
    AT_EDGES = 2
    UNBROKEN = 3
    ALONE = 4
    AT_GAP = 5
    EDGE = 1  # marks, see `screening.text`
    GAP = 2
    DIGIT = 4
    TAKEN = 32  # with the next one

cdef struct Entry:  # small, for there are many
    uint64_t wanted  # the letters of the string, as they stand in a text
    int form
    unsigned char where
    unsigned char size
    unsigned char offset  # where in the string its group of letters stands
    unsigned char goes_on  # whether it is longer

cdef struct Rest:
    int begun  # in the rests of all strings
    int size


cdef class Finder:
    """The entries of `patterns.Patterns`, sorted by their groups of four letters."""

    cdef Entry* _entries
    cdef Rest* _rest_of  # of each entry
    cdef uint64_t _masks[LONGEST + 1]  # of so many letters as they stand in a text
    cdef Lookup _groups  # of letters
    cdef bytes _kept
    cdef const unsigned char* _rests  # of all strings, one behind another
    cdef Numbers _found

    def __cinit__(self, entries, rests):
        self._entries = <Entry*> malloc((len(entries) + 1) * sizeof(Entry))
        self._rest_of = <Rest*> malloc((len(entries) + 1) * sizeof(Rest))
        if not make_room(&self._groups, len(entries)) or not make_numbers(&self._found):
            raise MemoryError
        if not self._entries or not self._rest_of:
            raise MemoryError

    def __init__(self, entries, rests):
        """`entries`: group of letters, where in the string it stands, size, letters, form, rest, where it counts."""
        cdef const int64_t[:, ::1] given = np.ascontiguousarray(entries, np.int64)
        cdef Py_ssize_t i
        cdef int gram, last = -1, groups = 0
        begun = [0, *accumulate(map(len, rests))]
        for i in range(LONGEST + 1):
            self._masks[i] = 0
            memset(&self._masks[i], 255, i)
        self._kept = b"".join(rests)
        self._rests = <const unsigned char*> PyBytes_AS_STRING(self._kept)
        for i in range(len(given)):
            gram = given[i, 0]
            if not 0 <= given[i, 5] < len(rests):
                raise ValueError("there is no such rest")
            self._rest_of[i].begun, self._rest_of[i].size = begun[given[i, 5]], len(rests[given[i, 5]])
            self._entries[i].goes_on, self._entries[i].where = self._rest_of[i].size > 0, given[i, 6]
            if not (0 <= gram < GRAMS and 0 <= given[i, 1] <= LONGEST - GRAM and 1 <= given[i, 2] <= LONGEST):
                raise ValueError("a string of one to eight letters and its group of four are needed")
            if gram < last:
                raise ValueError("the groups are not in their order")
            self._entries[i].offset, self._entries[i].size = given[i, 1], given[i, 2]
            self._entries[i].wanted, self._entries[i].form = _as_text(given[i, 3], given[i, 2]), given[i, 4]
            if gram > last:
                self._groups.bits[gram >> 6] |= <uint64_t> 1 << (gram & 63)
                self._groups.begun[groups] = i
                groups += 1
            last = gram
        self._groups.begun[groups] = len(given)
        count(&self._groups)

    def __dealloc__(self):
        free(self._entries)
        free(self._rest_of)
        clear(&self._groups)
        free_numbers(&self._found)

    def search(self, bytes codes, bytes marks=None):
        """Lines and forms; see `searching.Finder`."""
        cdef bytes padded = bytes(GRAM) + codes + bytes(LONGEST)
        cdef const unsigned char* text = <const unsigned char*> PyBytes_AS_STRING(padded) + GRAM
        cdef const unsigned char* marked = NULL
        cdef Py_ssize_t begun = 0, end, size = len(codes)
        cdef bint room
        cdef Hits hits
        if marks is not None:
            if len(marks) != size:
                raise ValueError("each letter needs its marks")
            marked = <const unsigned char*> PyBytes_AS_STRING(marks)
        self._found.count = 0
        room = make_hits(&hits, size)
        while room and begun < size:  # with the interpreter's lock: what is found stands in the object
            end = end_of_stretch(text, begun, size)
            collect(&self._groups, text, begun, end, &hits)
            room = self._search(text, marked, size, &hits)
            begun = end
        free_hits(&hits)
        if not room:
            raise MemoryError
        found = np.frombuffer(taken(&self._found), np.int64)
        return found[0::2], found[1::2]

    cdef bint _search(
        self, const unsigned char* text, const unsigned char* marks, Py_ssize_t size, const Hits* hits
    ) noexcept nogil:
        """Whether there was room for what was found."""
        cdef uint64_t seen
        cdef Py_ssize_t at
        cdef int i, k, length
        cdef const Entry* entry
        for k in range(hits.count):
            at = hits.places[k]
            for i in range(hits.begun[k], hits.past[k]):
                entry = self._entries + i
                memcpy(&seen, text + at - entry.offset, LONGEST)
                if seen & self._masks[entry.size] != entry.wanted:
                    continue
                length = entry.size + (self._rest_of[i].size if entry.goes_on else 0)
                if at < entry.offset or entry.goes_on and not self._goes_on(i, text, at - entry.offset + LONGEST, size):
                    continue
                if marks and entry.where != ANYWHERE and not _stands(entry.where, length, marks + at - entry.offset):
                    continue
                if not (put(&self._found, hits.lines[k] - 1) and put(&self._found, entry.form)):
                    return False
        return True

    cdef bint _goes_on(self, int i, const unsigned char* text, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
        """Whether the rest of a string stands there."""
        cdef const Rest* rest = self._rest_of + i
        return at + rest.size <= size and not memcmp(text + at, self._rests + rest.begun, rest.size)


cdef uint64_t _as_text(uint64_t code, int size) noexcept:
    """Letters of five bits each as so many bytes, the first one first."""
    cdef uint64_t found = 0
    cdef unsigned char* letters = <unsigned char*> &found
    cdef int i
    for i in range(size):
        letters[size - 1 - i] = code >> BITS * i & 31
    return found


cdef inline bint _stands(int where, int size, const unsigned char* marks) noexcept nogil:
    """Whether a string of some size counts by the marks of its letters and of what follows."""
    cdef int i
    if where == UNBROKEN or where == ALONE:
        for i in range(1, size):
            if marks[i] & GAP:
                return False
    if where == ALONE or where == AT_EDGES:
        return marks[0] & marks[size] & (GAP if where == ALONE else EDGE)
    return (marks[0] | marks[size]) & (GAP if where == AT_GAP else EDGE)


cdef enum:  # classes of bytes
    OTHER, SMALL, CAPITAL, NUMERAL, SEPARATOR, END

cdef unsigned char _marks[1 << 9]  # of a byte by the classes of the one before it, its own and that of the next one


def _marks_of(int before, int here, int after):
    """See `screening.text.letters_and_marks`."""
    found = EDGE if not (SMALL <= before <= CAPITAL and SMALL <= here <= CAPITAL) else 0
    if here == CAPITAL and (before != CAPITAL or after == SMALL):
        found |= EDGE
    if before == SEPARATOR or before == END or here == END:
        found |= EDGE | GAP
    return found | (DIGIT if here == NUMERAL else 0)


for _at in range(1 << 9):
    _marks[_at] = _marks_of(_at >> 6, _at >> 3 & 7, _at & 7)


def mark(bytes raw, bytes spaced):
    """Letters and their marks, see `screening.text.letters_and_marks`; `spaced`: what becomes of each byte."""
    if len(spaced) != 256:
        raise ValueError("a table of 256 letters is needed")
    cdef Py_ssize_t at, size = len(raw), count = 0
    cdef const unsigned char* shown = <const unsigned char*> PyBytes_AS_STRING(raw)
    cdef const unsigned char* table = <const unsigned char*> PyBytes_AS_STRING(spaced)
    cdef bytes letters = PyBytes_FromStringAndSize(NULL, size), marks = PyBytes_FromStringAndSize(NULL, size)
    cdef unsigned char* out = <unsigned char*> PyBytes_AS_STRING(letters)
    cdef unsigned char* marked = <unsigned char*> PyBytes_AS_STRING(marks)
    cdef unsigned char classes[256]
    cdef int around
    for at in range(256):
        classes[at] = SMALL if 97 <= at <= 122 else CAPITAL if 65 <= at <= 90 else NUMERAL if 48 <= at <= 57 else OTHER
        classes[at] = SEPARATOR if table[at] == SPACE else END if table[at] == 0 else classes[at]
    around = END << 3 | classes[shown[0]] if size else 0
    for at in range(size):  # no branches: what comes next cannot be foretold
        around = (around << 3 | classes[shown[at + 1]]) & 511  # bytes end with a 0
        out[count], marked[count] = table[shown[at]], _marks[around]
        count += (around >> 3 & 7) != SEPARATOR
    return letters[:count], marks[:count]


def squeeze(bytes codes, bytes marks, bytes looks, bytes together) -> tuple:
    """Letters at a glance, and their gaps: see `screening.text.at_a_glance`.

    `looks`: what each letter looks like; `together`: what any two look like, 0 for none.
    """
    if len(looks) != 32 or len(together) != 32 * 32 or len(marks) != len(codes):
        raise ValueError("tables of 32 letters and of any two, and marks for each letter, are needed")
    cdef Py_ssize_t at, size = len(codes), kept = 0
    cdef const unsigned char* given = <const unsigned char*> PyBytes_AS_STRING(codes)
    cdef const unsigned char* marked = <const unsigned char*> PyBytes_AS_STRING(marks)
    cdef bytes found = PyBytes_FromStringAndSize(NULL, size), gaps = PyBytes_FromStringAndSize(NULL, size)
    cdef unsigned char* out = <unsigned char*> PyBytes_AS_STRING(found)
    cdef unsigned char* gaps_out = <unsigned char*> PyBytes_AS_STRING(gaps)
    cdef unsigned char table[1 << 11]  # by a letter, the next one and whether they stand together: what it looks like
    cdef unsigned char seen, last = 255, gap
    cdef bint is_second = False  # whether the letter was taken together with the one before
    cdef int i
    for i in range(1 << 11):
        table[i] = looks[i >> 6]
        if i & 1 and together[i >> 1]:
            table[i] = TAKEN | <unsigned char> together[i >> 1]
    for at in range(size):  # no branches: what comes next cannot be foretold
        seen = table[(given[at] & 31) << 6 | (given[at + 1] & 31) << 1 | ((marked[at + 1] & (GAP | DIGIT)) == 0)]
        gap = marked[at] & GAP
        out[kept], gaps_out[kept] = seen & ~TAKEN, gap
        kept += (not is_second) & ((((seen ^ last) & ~TAKEN) | gap) != 0)
        last = last if is_second else seen
        is_second = ((seen & TAKEN) != 0) & (not is_second)
    return found[:kept], gaps[:kept]
