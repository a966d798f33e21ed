# cython: language_level=3
"""Two texts compared by a bit for each letter of one of them, 1 to 64, as `masks` say: for each letter, where it is."""

from libc.stdint cimport uint64_t

cdef extern from *:
    int count_bits "__builtin_popcountll" (uint64_t) nogil

cdef inline int count_common(
    const uint64_t* masks, int size, const unsigned char* theirs, Py_ssize_t length
) noexcept nogil:
    """Letters that are in common with theirs, in their order (Hyyrö 2004)."""
    cdef uint64_t state = ~(<uint64_t> 0), some
    cdef Py_ssize_t i
    for i in range(length):
        some = state & masks[theirs[i]]
        state = (state + some) | (state - some)
    return size - count_bits(state & (~(<uint64_t> 0) >> (64 - size)))

cdef inline int count_changes(
    const uint64_t* masks, int size, const unsigned char* theirs, Py_ssize_t length, int most
) noexcept nogil:
    """Changes that make one the other, turned neighbours one of them (optimal string alignment; Hyyrö 2003).

    Where there are more than `most` it is any number above that.
    """
    cdef uint64_t more = ~(<uint64_t> 0), less = 0, kept = 0, before = 0, mask, turned, up, down
    cdef int last = size - 1, changes = size
    cdef Py_ssize_t i
    for i in range(length):
        mask = masks[theirs[i]]
        turned = (~kept & mask) << 1 & before
        kept = (((mask & more) + more) ^ more) | mask | less | turned
        up, down = less | ~(kept | more), kept & more
        changes += <int> (up >> last & 1) - <int> (down >> last & 1)
        if changes > most + (length - 1 - i):  # each letter that is left makes them one fewer at most
            break
        up, down = up << 1 | 1, down << 1
        more, less = down | ~(kept | up), up & kept
        before = mask
    return changes
