# cython: language_level=3
"""Groups of four letters, of twenty bits, that stand for something: told by a bit each, and counted for the rest."""

from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free, malloc

from hunter.matching.compiled.bits cimport count_bits

cdef enum:
    GRAMS = 1 << 20
    WORDS_OF_BITS = GRAMS >> 6
    STRETCH = 1 << 12

cdef struct Hits:  # where in a text groups begin that stand for something
    int* places
    int* codes  # the groups
    int* lines  # for each place, how many ends of lines stand before it or there
    int* begun  # and the first entry of its group, and one past the last
    int* past
    int count
    int* breaks  # where the ends of lines stand, in all of the text so far
    int ended

cdef struct Lookup:
    uint64_t* bits  # one for each group that stands for something
    int* before  # how many of them there are before each sixty-four
    int* begun  # of each such group, in their order, the first entry; and one past all

cdef inline bint make_room(Lookup* at, Py_ssize_t entries) noexcept:
    at.bits = <uint64_t*> calloc(WORDS_OF_BITS, sizeof(uint64_t))
    at.before = <int*> calloc(WORDS_OF_BITS, sizeof(int))
    at.begun = <int*> malloc((entries + 1) * sizeof(int))
    return at.bits and at.before and at.begun

cdef inline void clear(Lookup* at) noexcept:
    free(at.bits)
    free(at.before)
    free(at.begun)

cdef inline bint has(const Lookup* at, int gram) noexcept nogil:
    return at.bits[gram >> 6] >> (gram & 63) & 1

cdef inline int first_of(const Lookup* at, int gram) noexcept nogil:
    """Which of the groups that stand for something it is; `begun` tells its entries."""
    cdef uint64_t below = at.bits[gram >> 6] & ((<uint64_t> 1 << (gram & 63)) - 1)
    return at.before[gram >> 6] + count_bits(below)

cdef inline void count(Lookup* at) noexcept:
    """To be called when all bits are set."""
    cdef int word
    for word in range(1, WORDS_OF_BITS):
        at.before[word] = at.before[word - 1] + count_bits(at.bits[word - 1])

cdef inline bint make_hits(Hits* hits, Py_ssize_t size) noexcept:
    """Whether there is memory for a text of some size."""
    cdef Py_ssize_t room = (size + 1) * sizeof(int)
    hits.places, hits.codes, hits.lines = <int*> malloc(room), <int*> malloc(room), <int*> malloc(room)
    hits.begun, hits.past, hits.breaks = <int*> malloc(room), <int*> malloc(room), <int*> malloc(room)
    hits.ended = 0
    return hits.places and hits.codes and hits.lines and hits.begun and hits.past and hits.breaks

cdef inline void free_hits(Hits* hits) noexcept:
    free(hits.places)
    free(hits.codes)
    free(hits.lines)
    free(hits.begun)
    free(hits.past)
    free(hits.breaks)

cdef inline void collect(
    const Lookup* at, const unsigned char* text, Py_ssize_t begun, Py_ssize_t end, Hits* hits
) noexcept nogil:
    """Looks at one stretch of a text behind another; three letters behind it can be read.

    No branches: what comes next cannot be foretold.
    """
    cdef int code = text[begun] << 10 | text[begun + 1] << 5 | text[begun + 2], count = 0, ended = hits.ended, group
    cdef Py_ssize_t i
    for i in range(begun, end):
        code = (code << 5 | text[i + 3]) & (GRAMS - 1)
        hits.breaks[ended] = <int> i
        ended += text[i] == 0
        hits.places[count], hits.codes[count], hits.lines[count] = <int> i, code, ended
        count += has(at, code)
    hits.count, hits.ended = count, ended
    for i in range(count):  # apart from what is done with them, so that memory is waited for once
        group = first_of(at, hits.codes[i])
        hits.begun[i], hits.past[i] = at.begun[group], at.begun[group + 1]

cdef inline Py_ssize_t end_of_stretch(const unsigned char* text, Py_ssize_t begun, Py_ssize_t size) noexcept nogil:
    """Where to stop, so that what is found stays near: behind a line's end, unless a line is very long."""
    cdef Py_ssize_t end = begun + STRETCH
    if end >= size:
        return size
    while end < size and text[end - 1] != 0:
        end += 1
    return end
