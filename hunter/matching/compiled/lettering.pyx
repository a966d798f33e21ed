# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Letters and digits as numbers, and back: 1 to 26 for letters, 27 to 36 for digits."""

cdef const char* _shown = b"\0abcdefghijklmnopqrstuvwxyz0123456789"


def numbers_of(str text) -> bytes:
    """Letters and digits of ASCII as numbers. Raises ValueError where there is anything else."""
    if not text.isascii() or not text.isalnum():
        raise ValueError(f"{text!r} has more than letters and digits")
    return bytes([ord(c) - 96 if c.isalpha() else ord(c) - 21 for c in text.lower()])


def code(str text) -> int:
    """The number that stands for a run of letters and digits."""
    numbers = numbers_of(text)
    return code_of(numbers, len(numbers))


cdef char shown_as(unsigned char number) noexcept nogil:
    """The letter or digit that a number stands for."""
    return _shown[number]


cdef str text_of(Letters run, int size):
    """The letters and digits that numbers stand for, as many as a name has at most."""
    cdef char text[WIDEST]
    cdef int i
    for i in range(size):
        text[i] = _shown[run[i]]
    return text[:size].decode("ascii")
