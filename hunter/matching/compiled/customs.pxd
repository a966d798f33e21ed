cdef void load() except *
cdef double common_in(const unsigned char* letters, int size) noexcept nogil
