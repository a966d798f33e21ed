# cython: language_level=3
"""Numbers that are found one after another, in memory that grows with them."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int64_t
from libc.stdlib cimport free, malloc, realloc

cdef struct Numbers:
    int64_t* items
    Py_ssize_t room
    Py_ssize_t count

cdef inline bint make_numbers(Numbers* at) noexcept:
    """Whether there is memory."""
    at.room, at.count = 4096, 0
    at.items = <int64_t*> malloc(at.room * sizeof(int64_t))
    return at.items != NULL

cdef inline bint put(Numbers* at, int64_t number) noexcept nogil:
    """Whether there was memory for one more."""
    cdef int64_t* more
    if at.count == at.room:
        more = <int64_t*> realloc(at.items, 2 * at.room * sizeof(int64_t))
        if not more:
            return False
        at.items = more
        at.room *= 2
    at.items[at.count] = number
    at.count += 1
    return True

cdef inline bytes taken(const Numbers* at):
    """A copy, made before anything else can happen to them."""
    return PyBytes_FromStringAndSize(<const char*> at.items, at.count * sizeof(int64_t))

cdef inline void free_numbers(Numbers* at) noexcept:
    free(at.items)
