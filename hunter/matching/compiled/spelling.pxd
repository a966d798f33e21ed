from libc.stdint cimport uint64_t

from hunter.matching.compiled.lettering cimport Letters

cdef double cost_of(Letters run, int size, uint64_t* cuts) noexcept nogil
cdef void costs_of(Letters run, int size, double* begins, double* ends, uint64_t* cuts) noexcept nogil
cdef double cost_of_digits(int size) noexcept nogil
cdef double most_of(Letters run, int size) noexcept nogil
cdef double spelled(Letters run, int size) noexcept nogil
cdef bint is_frequent(Letters run, int size) noexcept nogil
