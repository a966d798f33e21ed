from libc.stdint cimport uint64_t

cdef enum:
    LONGEST = 64  # letters of a form, and of a run, that are looked at
    WIDEST = 126  # and of a name
    ZERO = 27  # the number of "0"; letters are 1 to 26
    CHARACTERS = 37  # letters, digits and none

ctypedef const unsigned char* Letters

cdef bint is_bait(Letters run, int size) noexcept nogil
cdef uint64_t code_of(Letters run, int size) noexcept nogil
cdef double cost_of(Letters run, int size, uint64_t* cuts) noexcept nogil
cdef void costs_of(Letters run, int size, double* begins, double* ends, uint64_t* cuts) noexcept nogil
cdef double cost_of_digits(int size) noexcept nogil
cdef double most_of(Letters run, int size) noexcept nogil
cdef double cost_beside(Letters run, int size, double cost) noexcept nogil
cdef double spelled(Letters run, int size) noexcept nogil
cdef bint is_frequent(Letters run, int size) noexcept nogil
cdef str text_of(Letters run, int size)
