# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Lines in which a word, two neighbouring words or all of them together are nearly a form: see `gate.is_nearly`."""

from cpython.bytes cimport PyBytes_AS_STRING
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free

import numpy as np

from hunter.matching import gate

from hunter.matching.compiled.bits cimport count_changes
from hunter.matching.compiled.numbers cimport Numbers, free_numbers, make_numbers, put, taken

cdef enum:
    LETTERS = 32  # a letter has five bits
    SPACE = 27
    LONGEST = 64  # letters of a form
    WIDEST = 256  # letters of a line that are looked at
    CHANGES = 2
    TOGETHER = 64  # forms that are told at once
    KEPT = 12  # letters of a stretch that is remembered: as many as fit into one number
    SLOTS = 1 << 13  # of stretches that are remembered

cdef int _longer = gate.LONGER
cdef uint64_t MIX = 0x9E3779B97F4A7C15

if gate.CHANGES != CHANGES:
    raise ImportError("another number of changes is looked for")

cdef struct Form:
    int64_t number
    int size
    uint64_t masks[LETTERS]  # for each letter, a bit wherever it stands in the form

cdef struct Line:
    int64_t number
    int size
    int words
    unsigned char letters[WIDEST]
    int begun[WIDEST + 1]  # of each word, and past the last one
    uint32_t bags[WIDEST]
    uint64_t codes[WIDEST]  # of each word, in full where it has no more letters than are remembered


cdef class Nearly:
    """Forms by their first letter and their size."""

    cdef Form* _forms
    cdef uint32_t* _bags  # of each form, a bit for each letter that it has
    cdef int _begun[LETTERS * (LONGEST + 1) + 1]  # for each first letter and size, the first of its forms
    cdef int _shortest
    cdef uint64_t* _far  # stretches that no form is near, for words come again and again
    cdef Numbers _found

    def __cinit__(self, forms, shortest):
        self._forms = <Form*> calloc(len(forms) + 1, sizeof(Form))
        self._bags = <uint32_t*> calloc(len(forms) + 1, sizeof(uint32_t))
        self._far = <uint64_t*> calloc(SLOTS, sizeof(uint64_t))
        if not make_numbers(&self._found) or not self._forms or not self._bags or not self._far:
            raise MemoryError

    def __init__(self, forms, shortest):
        """`forms`: number and letters in numbers (see `screening.text`), `shortest` to 64 of them."""
        cdef int i, at, key
        cdef Form* form
        self._shortest = shortest
        for i, (number, letters) in enumerate(sorted(forms, key=_key)):
            if not shortest <= len(letters) <= LONGEST or max(letters) >= LETTERS:
                raise ValueError("a form is too short or too long, or no letters")
            form = &self._forms[i]
            form.number, form.size = number, len(letters)
            for at, letter in enumerate(letters):
                form.masks[<int> letter] |= <uint64_t> 1 << at
                self._bags[i] |= <uint32_t> 1 << <int> letter
            key = _key((number, letters))
            self._begun[key + 1] = i + 1
        for key in range(1, LETTERS * (LONGEST + 1) + 1):
            self._begun[key] = max(self._begun[key], self._begun[key - 1])

    def __dealloc__(self):
        free(self._forms)
        free(self._bags)
        free(self._far)
        free_numbers(&self._found)

    def search(self, bytes codes):
        """Numbers of lines and of forms; the text has spaces and begins and ends with a line's end, a 0."""
        cdef const unsigned char* text = <const unsigned char*> PyBytes_AS_STRING(codes)
        cdef Py_ssize_t end, begun = 1, size = len(codes)
        cdef Line line
        cdef bint room = True
        self._found.count = 0
        line.number = 0
        for end in range(1, size):  # with the interpreter's lock: what is found stands in the object
            if text[end] == 0:
                _take_apart(text + begun, end - begun, &line)
                room = room and self._search_line(&line)
                begun = end + 1
                line.number += 1
        if not room:
            raise MemoryError
        pairs = np.frombuffer(taken(&self._found), np.int64)
        return pairs[0::2], pairs[1::2]

    cdef bint _search_line(self, const Line* line) noexcept nogil:
        """Whether there was room for what was found."""
        cdef int word
        cdef uint32_t bag = 0
        for word in range(line.words):
            bag |= line.bags[word]
            if not self._compare(line, word, word + 1, line.bags[word]):
                return False
            if word + 1 < line.words:
                if not self._compare(line, word, word + 2, line.bags[word] | line.bags[word + 1]):
                    return False
        return line.words < 3 or self._compare(line, 0, line.words, bag)

    cdef inline bint _compare(self, const Line* line, int first, int past, uint32_t bag) noexcept nogil:
        """The same for some of its words together; `bag` has a bit for each of their letters."""
        cdef int size = line.begun[past] - line.begun[first], word
        cdef uint64_t code = 0
        cdef uint64_t* slot = NULL
        cdef Py_ssize_t before = self._found.count
        if size + _longer < self._shortest or size - _longer > LONGEST:
            return True
        if size <= KEPT:
            for word in range(first, past):
                code = code << 5 * (line.begun[word + 1] - line.begun[word]) | line.codes[word]
            slot = &self._far[code * MIX >> 51]
            if slot[0] == code:
                return True
        if not self._compare_all(line.letters + line.begun[first], size, bag, line.number):
            return False
        if slot and self._found.count == before:
            slot[0] = code
        return True

    cdef bint _compare_all(self, const unsigned char* letters, int size, uint32_t bag, int64_t number) noexcept nogil:
        cdef int low = size - _longer if size - _longer > self._shortest else self._shortest
        cdef int high = size + _longer if size + _longer < LONGEST else LONGEST
        cdef int i, count, key = letters[0] * (LONGEST + 1), at = self._begun[key + low]
        cdef int end = self._begun[key + high + 1]
        cdef const Form* form
        cdef uint32_t far[TOGETHER]
        while at < end:
            count = end - at if end - at < TOGETHER else TOGETHER
            _tell_far(self._bags + at, count, bag, far)
            for i in range(count):
                form = self._forms + at + i
                if not far[i] and count_changes(form.masks, form.size, letters, size, CHANGES) <= CHANGES:
                    if not (put(&self._found, number) and put(&self._found, form.number)):
                        return False
            at += count
        return True


def _key(form) -> int:
    return form[1][0] * (LONGEST + 1) + len(form[1])


cdef void _take_apart(const unsigned char* text, Py_ssize_t size, Line* line) noexcept nogil:
    """The words of a line."""
    cdef Py_ssize_t i
    cdef bint apart = True
    line.size = line.words = 0
    for i in range(size):
        if line.size == WIDEST:
            break
        if text[i] == SPACE:
            apart = True
            continue
        if apart:
            line.begun[line.words], line.bags[line.words], line.codes[line.words] = line.size, 0, 0
            line.words += 1
            apart = False
        line.letters[line.size] = text[i]
        line.bags[line.words - 1] |= <uint32_t> 1 << text[i]
        line.codes[line.words - 1] = line.codes[line.words - 1] << 5 | text[i]
        line.size += 1
    line.begun[line.words] = line.size


cdef inline void _tell_far(const uint32_t* ours, int count, uint32_t theirs, uint32_t* far) noexcept nogil:
    """For each bag of letters, a bit each: not 0 where more of them are in one only than the changes make.

    Compilers do several at once, as there are no branches.
    """
    cdef uint32_t missed, added
    cdef int i
    for i in range(count):
        missed, added = ours[i] & ~theirs, theirs & ~ours[i]
        missed &= missed - 1
        added &= added - 1
        missed &= missed - 1  # as often as there are changes
        added &= added - 1
        far[i] = missed | added
