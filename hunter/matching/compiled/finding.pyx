# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Where strings of `patterns.Patterns` stand in a text, in one pass; what `patterns.find_all` finds, only sooner."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy

import numpy as np

cdef enum:
    BITS = 5  # of a letter
    GRAM = 4  # letters by which strings are looked up
    GRAMS = 1 << 20
    LONGEST = 8  # letters of a string that are compared
    COLUMNS = 5  # of an entry: its group of letters, where in the string it stands, size, all letters, form


cdef class Finder:
    """The entries of `patterns.Patterns`, sorted by their groups of four letters."""

    cdef int64_t* _entries
    cdef int* _begun  # for each group, its first entry, and one past all
    cdef unsigned char* _marked  # a bit for each group that has any
    cdef int64_t* _found
    cdef Py_ssize_t _room, _count

    def __cinit__(self, entries):
        self._room = 4096
        self._entries = <int64_t*> malloc((len(entries) + 1) * COLUMNS * sizeof(int64_t))
        self._begun = <int*> calloc(GRAMS + 1, sizeof(int))
        self._marked = <unsigned char*> calloc(GRAMS // 8, 1)
        self._found = <int64_t*> malloc(self._room * sizeof(int64_t))
        if not (self._entries and self._begun and self._marked and self._found):
            raise MemoryError

    def __init__(self, entries):
        cdef const int64_t[:, ::1] given = np.ascontiguousarray(entries, np.int64)
        cdef Py_ssize_t i
        cdef int gram
        for i in range(len(given)):
            gram = given[i, 0]
            if not 0 <= gram < GRAMS:
                raise ValueError("a group of letters has twenty bits")
            memcpy(self._entries + COLUMNS * i, &given[i, 0], COLUMNS * sizeof(int64_t))
            self._begun[gram + 1] = i + 1
            self._marked[gram >> 3] |= 1 << (gram & 7)
        for gram in range(1, GRAMS + 1):
            self._begun[gram] = max(self._begun[gram], self._begun[gram - 1])

    def __dealloc__(self):
        free(self._entries)
        free(self._begun)
        free(self._marked)
        free(self._found)

    def hits(self, bytes codes):
        """First position, size and form of every hit."""
        cdef bytes padded = codes + bytes(LONGEST + GRAM)
        cdef const unsigned char* text = <const unsigned char*> PyBytes_AS_STRING(padded)
        cdef Py_ssize_t size = len(codes)
        cdef bint room
        cdef int64_t[::1] told
        self._count = 0
        with nogil:
            room = self._search(text, size)
        if not room:
            raise MemoryError
        found = np.empty(self._count, np.int64)
        if self._count:
            told = found
            memcpy(&told[0], self._found, self._count * sizeof(int64_t))
        return found[0::3], found[1::3], found[2::3]

    cdef bint _search(self, const unsigned char* text, Py_ssize_t size) noexcept nogil:
        """Whether there was room for what was found."""
        cdef uint32_t gram = <uint32_t> text[0] << 2 * BITS | <uint32_t> text[1] << BITS | text[2]
        cdef Py_ssize_t at, begun
        cdef int i
        cdef const int64_t* entry
        for at in range(size):
            gram = (gram << BITS | text[at + GRAM - 1]) & (GRAMS - 1)
            if not self._marked[gram >> 3] >> (gram & 7) & 1:
                continue
            for i in range(self._begun[gram], self._begun[gram + 1]):
                entry = self._entries + COLUMNS * i
                begun = at - entry[1]
                if begun >= 0 and _read(text + begun, entry[2]) == entry[3]:
                    if not self._put(begun, entry[2], entry[4]):
                        return False
        return True

    cdef bint _put(self, int64_t place, int64_t size, int64_t form) noexcept nogil:
        cdef int64_t* more
        if self._count + 3 > self._room:
            more = <int64_t*> realloc(self._found, 2 * self._room * sizeof(int64_t))
            if not more:
                return False
            self._found = more
            self._room *= 2
        self._found[self._count], self._found[self._count + 1], self._found[self._count + 2] = place, size, form
        self._count += 3
        return True


cdef inline int64_t _read(const unsigned char* text, int64_t size) noexcept nogil:
    """So many letters as one number."""
    cdef int64_t i, code = 0
    for i in range(size):
        code = code << BITS | text[i]
    return code


def squeeze(bytes codes, bytes looks, unsigned char c, unsigned char i, unsigned char r, unsigned char n) -> bytes:
    """Letters as a hurried eye has them, see `screening.text.at_a_glance`: alike ones one by `looks`, repeated ones one.

    An i behind a c is left out, and an r before an n: together they look like one letter.
    """
    if len(looks) != 256:
        raise ValueError("a table of 256 letters is needed")
    cdef Py_ssize_t at, size = len(codes), count = 0, kept = 0
    cdef const unsigned char* given = <const unsigned char*> PyBytes_AS_STRING(codes)
    cdef const unsigned char* table = <const unsigned char*> PyBytes_AS_STRING(looks)
    cdef bytes found = PyBytes_FromStringAndSize(NULL, size)
    cdef unsigned char* out = <unsigned char*> PyBytes_AS_STRING(found)
    cdef unsigned char letter, before = 255, last = 255
    cdef bint goes
    for at in range(size):  # no branches: what comes next cannot be foretold
        letter = table[given[at]]
        out[count] = letter
        count += (letter == 0) | (letter != before)
        before = letter
    before = 255
    for at in range(count):
        letter = out[at]
        goes = ((letter == i) & (before == c)) | ((letter == r) & (at + 1 < count) & (out[at + 1] == n))
        before = letter
        goes |= (letter != 0) & (letter == last)
        out[kept] = letter
        kept += 1 - goes
        last = last if goes else letter
    return found[:kept]
