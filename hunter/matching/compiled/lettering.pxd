# cython: language_level=3
from libc.stdint cimport uint64_t

cdef enum:
    LONGEST = 64  # letters of a form, and of a run, that are looked at
    WIDEST = 126  # and of a name
    ZERO = 27  # the number of "0"; letters are 1 to 26
    CHARACTERS = 37  # letters, digits and none

ctypedef const unsigned char* Letters

cdef inline uint64_t code_of(Letters run, int size) noexcept nogil:
    """A number for a run; two of up to twelve characters never share one."""
    cdef uint64_t code = 0
    cdef int i
    for i in range(size):
        code = code * CHARACTERS + run[i]
    return code

cdef char shown_as(unsigned char number) noexcept nogil
cdef str text_of(Letters run, int size)
