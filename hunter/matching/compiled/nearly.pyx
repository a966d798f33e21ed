# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Lines in which a word, two neighbouring words or all of them together are nearly a form: see `gate.is_nearly`."""

from cpython.bytes cimport PyBytes_AS_STRING
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free

import numpy as np

from hunter.matching import gate

from hunter.matching.compiled.spelling import load

from hunter.matching.compiled.bits cimport count_changes
from hunter.matching.compiled.lettering cimport ZERO
from hunter.matching.compiled.numbers cimport Numbers, free_numbers, make_numbers, put, taken
from hunter.matching.compiled.spelling cimport is_frequent

cdef enum:
    LETTERS = 32  # a letter has five bits
    GAP = 2  # marks, see `screening.text`
    DIGIT = 4
    LONGEST = 64  # letters of a form
    WIDEST = 1 << 13  # letters of a line that are looked at: each of a name's characters may be read as some eighteen
    CHANGES = 2
    LONGER = 1
    TOGETHER = 64  # forms that are told at once
    LANES = 4
    KEPT = 12  # letters of a stretch that is remembered: as many as fit into one number
    SLOTS = 1 << 14  # of stretches that are remembered
    SHIFT = 64 - 14  # bits of a mixed code that do not tell its slot

cdef uint64_t MIX = 0x9E3779B97F4A7C15
cdef uint64_t CREDIT = <uint64_t> 1 << 60  # how often a stretch came again, in the bits that its letters leave
cdef uint64_t MOST_CREDIT = <uint64_t> 15 << 60
cdef uint64_t CODE = CREDIT - 1

if gate.CHANGES != CHANGES or gate.LONGER != LONGER:
    raise ImportError("other changes are looked for")

cdef struct Form:
    int64_t number
    int size
    uint64_t masks[LETTERS]  # for each letter, a bit wherever it stands in the form

cdef struct Line:
    int64_t number
    int words
    const unsigned char* letters
    const unsigned char* marks
    int begun[WIDEST + 1]  # of each word, and past the last one
    uint32_t bags[WIDEST]
    uint64_t codes[WIDEST]  # of each word, in full where it has no more letters than are remembered


cdef class Nearly:
    """Forms by their first letter and their size."""

    cdef Form* _forms
    cdef uint32_t* _bags  # of each form, a bit for each letter that it has
    cdef int _begun[LETTERS * (LONGEST + 1) + 1]  # for each first letter and size, the first of its forms
    cdef int _shortest
    cdef Py_ssize_t _near  # forms to which some stretch was near, ordinary words and all
    cdef uint64_t* _far  # stretches that no form is near, for words come again and again
    cdef Numbers _found

    def __cinit__(self, forms, shortest):
        self._forms = <Form*> calloc(len(forms) + 1, sizeof(Form))
        self._bags = <uint32_t*> calloc(len(forms) + LANES, sizeof(uint32_t))
        self._far = <uint64_t*> calloc(SLOTS, sizeof(uint64_t))
        if not make_numbers(&self._found) or not self._forms or not self._bags or not self._far:
            raise MemoryError

    def __init__(self, forms, shortest):
        """`forms`: number and letters in numbers (see `screening.text`), `shortest` to 64 of them."""
        cdef int i, at, key
        cdef Form* form
        load()
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

    def search(self, bytes codes, bytes marks):
        """Numbers of lines and of forms; the text begins and ends with a line's end, a 0, and each letter has marks."""
        cdef const unsigned char* text = <const unsigned char*> PyBytes_AS_STRING(codes)
        cdef const unsigned char* marked = <const unsigned char*> PyBytes_AS_STRING(marks)
        cdef Py_ssize_t end, begun = 1, size = len(codes)
        cdef Line line
        cdef bint room = True
        if len(marks) != size:
            raise ValueError("each letter needs its marks")
        self._found.count = 0
        line.number = 0
        for end in range(1, size):  # with the interpreter's lock: what is found stands in the object
            if text[end] == 0:
                _take_apart(text + begun, marked + begun, end - begun, &line)
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
        cdef Py_ssize_t before = self._near
        if size + LONGER < self._shortest or size - LONGER > LONGEST:
            return True
        if size <= KEPT:
            for word in range(first, past):
                code = code << 5 * (line.begun[word + 1] - line.begun[word]) | line.codes[word]
            slot = &self._far[code * MIX >> SHIFT]
            if slot[0] & CODE == code:
                if slot[0] < MOST_CREDIT:
                    slot[0] += CREDIT
                return True
        if not self._compare_all(line, line.begun[first], size, bag):
            return False
        if slot and self._near == before:
            slot[0] = slot[0] - CREDIT if slot[0] >= CREDIT else code  # what came again stays a while
        return True

    cdef bint _compare_all(self, const Line* line, int begun, int size, uint32_t bag) noexcept nogil:
        cdef const unsigned char* letters = line.letters + begun
        cdef int low = size - LONGER if size - LONGER > self._shortest else self._shortest
        cdef int high = size + LONGER if size + LONGER < LONGEST else LONGEST
        cdef int i, count, changes, key = letters[0] * (LONGEST + 1), at = self._begun[key + low]
        cdef int end = self._begun[key + high + 1]
        cdef const Form* form
        cdef int near[TOGETHER]
        while at < end:
            count = end - at if end - at < TOGETHER else TOGETHER
            for i in range(_tell_near(self._bags + at, count, bag, near)):
                form = self._forms + at + near[i]
                if not _may_be_near(self._bags[at + near[i]], bag, size - form.size):
                    continue
                changes = count_changes(form.masks, form.size, letters, size, CHANGES)
                if changes > CHANGES:
                    continue
                self._near += 1
                if changes == CHANGES and _is_ordinary(letters, line.marks + begun, size):
                    continue
                if not (put(&self._found, line.number) and put(&self._found, form.number)):
                    return False
            at += count
        return True


def _key(form) -> int:
    return form[1][0] * (LONGEST + 1) + len(form[1])


cdef void _take_apart(
    const unsigned char* text, const unsigned char* marks, Py_ssize_t size, Line* line
) noexcept nogil:
    """The words of a line. No branches: where they end cannot be foretold."""
    cdef int i, word = -1, begun = 0
    cdef uint32_t bag = 0
    cdef uint64_t code = 0
    cdef bint begins
    line.letters, line.marks = text, marks
    size = size if size < WIDEST else WIDEST
    for i in range(<int> size):
        begins = (i == 0) | ((marks[i] & GAP) != 0)
        word += begins
        begun = i if begins else begun
        bag = (0 if begins else bag) | <uint32_t> 1 << text[i]
        code = (0 if begins else code << 5) | text[i]
        line.begun[word], line.bags[word], line.codes[word] = begun, bag, code
    line.words = word + 1
    line.begun[line.words] = <int> size


cdef inline int _tell_near(const uint32_t* ours, int count, uint32_t theirs, int* near) noexcept nogil:
    """How many of the bags of letters, a bit each, differ from theirs by no more than the changes make; and which.

    Compilers do several at once, as there are no branches.
    """
    cdef uint32_t missed, added
    cdef uint32_t far[TOGETHER]
    cdef int i, found = 0
    for i in range((count + LANES - 1) & ~(LANES - 1)):  # there is room behind the bags, too
        missed, added = ours[i] & ~theirs, theirs & ~ours[i]
        missed &= missed - 1
        added &= added - 1
        missed &= missed - 1  # as often as there are changes
        added &= added - 1
        far[i] = missed | added
    for i in range(count):
        near[found] = i
        found += far[i] == 0
    return found


cdef bint _is_ordinary(const unsigned char* letters, const unsigned char* marks, int size) noexcept nogil:
    """Whether a text is a frequent word as it is written: a digit is no letter."""
    cdef int i
    for i in range(size):
        if marks[i] & DIGIT or letters[i] >= ZERO:
            return False
    return is_frequent(letters, size)


cdef inline bint _may_be_near(uint32_t ours, uint32_t theirs, int longer) noexcept nogil:
    """Whether a bag that is so near fits theirs, which has so many letters more, from one fewer to one more.

    Of two changes one puts in the letter more, or leaves out the one that is missing.
    """
    cdef uint32_t missed = ours & ~theirs, added = theirs & ~ours
    return (longer < 1 or not missed & (missed - 1)) and (longer > -1 or not added & (added - 1))
