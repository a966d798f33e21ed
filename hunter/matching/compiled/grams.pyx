# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Lines of a text that share four letters in a row with long forms and are alike enough in part, in one pass.

How alike is what `likeness.part_ratio` gives, or a little more: letters that look alike are one here.
"""

from cpython.bytes cimport PyBytes_AS_STRING
from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from math import ceil

import numpy as np

from hunter.matching.compiled.bits cimport find_missed
from hunter.matching.compiled.lookup cimport GRAMS, Lookup, clear, count, first_of, has, make_room
from hunter.matching.compiled.numbers cimport Numbers, free_numbers, make_numbers, put, taken

cdef enum:
    LETTERS = 32  # a letter has five bits
    LANES = 8  # forms that are compared at once
    SHORT = 16  # letters of such a form at most
    MOST = 64  # letters of a form that are compared; longer ones are let through
    LONGEST = 256  # letters of a line whose parts are compared; longer ones are let through

cdef struct Form:
    int64_t number
    int size
    int shortest  # letters in common that it needs
    double least  # how alike a part must be
    unsigned char needed[MOST + 1]  # letters in common that a part of some size needs for that
    uint32_t letters  # a bit for each letter that it has
    uint64_t masks[LETTERS]  # for each letter, a bit wherever it stands in the form

cdef struct Pack:  # short forms that share a group of letters
    uint16_t masks[LETTERS][LANES]  # for each letter, a bit wherever it stands in each of them
    uint16_t full[LANES]  # a bit for each letter
    uint16_t spare[LANES]  # letters that need not be in common
    uint64_t seen  # the line that was compared last
    int forms[LANES]
    int count


cdef class Grams:
    """Long forms by their groups of four letters."""

    cdef Form* _forms
    cdef uint64_t* _seen  # for each form, the line that was compared last
    cdef Lookup _groups  # of letters
    cdef int* _posted  # forms, one after another for each group of letters
    cdef Pack* _packs
    cdef int* _packed  # for each group, the first of its packs and behind the last one
    cdef Numbers _found
    cdef uint64_t _lines

    def __cinit__(self, forms):
        self._forms = <Form*> calloc(len(forms) + 1, sizeof(Form))
        self._seen = <uint64_t*> calloc(len(forms) + 1, sizeof(uint64_t))
        posts = sum(len(grams) for _, _, grams, _, _ in forms)
        self._posted = <int*> malloc((posts + 1) * sizeof(int))
        self._packed = <int*> calloc(2 * posts + 1, sizeof(int))
        if not make_room(&self._groups, posts) or not make_numbers(&self._found):
            raise MemoryError
        if not (self._forms and self._seen and self._posted and self._packed):
            raise MemoryError

    def __init__(self, forms):
        """`forms`: number, letters in numbers (see `screening.text`), groups of four, letters needed, least ratio."""
        cdef int i, at
        cdef Form* form
        posted = {}
        for i, (number, letters, grams, shortest, least) in enumerate(forms):
            form = &self._forms[i]
            form.number, form.size, form.shortest, form.least = number, len(letters), shortest, least
            for at in range(MOST + 1):
                form.needed[at] = min(255, ceil((least - 1e-6) * (len(letters) + at) / 2))
            for at, letter in enumerate(letters[:MOST]):
                form.masks[<int> letter] |= <uint64_t> 1 << at
                form.letters |= <uint32_t> 1 << <int> letter
            for gram in grams:
                posted.setdefault(_code(gram), []).append(i)
        self._post(sorted(posted.items()))

    cdef _post(self, posted):
        """Puts forms to their groups of letters: several short ones in packs, others one by one."""
        cdef int code, group, at = 0, count_of_packs = 0
        packs = {}  # forms that share a group of letters -> the first pack of them
        for group, (gram, forms) in enumerate(posted):
            code = gram
            self._groups.bits[code >> 6] |= <uint64_t> 1 << (code & 63)
            self._groups.begun[group] = at
            short = tuple(form for form in forms if self._forms[<int> form].size <= SHORT)
            short = short if len(short) > 1 else ()
            if short not in packs:
                packs[short] = count_of_packs
                count_of_packs += _packs_for(short)
            self._packed[2 * group], self._packed[2 * group + 1] = packs[short], packs[short] + _packs_for(short)
            for form in forms:
                if form not in short:
                    self._posted[at] = form
                    at += 1
        self._groups.begun[len(posted)] = at
        count(&self._groups)
        self._pack([form[i : i + LANES] for form in packs for i in range(0, len(form), LANES)])

    cdef _pack(self, packs):
        cdef Pack* pack
        cdef Form* form
        cdef int i, lane, letter
        self._packs = <Pack*> calloc(len(packs) + 1, sizeof(Pack))
        if not self._packs:
            raise MemoryError
        for i, forms in enumerate(packs):
            pack = &self._packs[i]
            pack.count = len(forms)
            for lane, number in enumerate(forms):
                form = &self._forms[<int> number]
                pack.forms[lane], pack.spare[lane] = number, form.size - form.shortest
                pack.full[lane] = 0xFFFF >> (SHORT - form.size)
                for letter in range(LETTERS):
                    pack.masks[letter][lane] = form.masks[letter]

    def __dealloc__(self):
        free(self._forms)
        free(self._seen)
        clear(&self._groups)
        free(self._posted)
        free(self._packs)
        free(self._packed)
        free_numbers(&self._found)

    def search(self, bytes codes):
        """Numbers of lines and of forms, lines in order; the text begins and ends with a line's end, a 0."""
        cdef const unsigned char* text = <const unsigned char*> PyBytes_AS_STRING(codes)
        cdef Py_ssize_t end, begun = 1, size = len(codes)
        cdef int64_t line = 0
        cdef bint room = True
        self._found.count = 0
        for end in range(1, size):  # with the interpreter's lock: what is found stands in the object
            if text[end] == 0:
                room = room and self._search_line(text + begun, end - begun, line)
                begun = end + 1
                line += 1
        if not room:
            raise MemoryError
        pairs = np.frombuffer(taken(&self._found), np.int64)
        return pairs[0::2], pairs[1::2]

    cdef bint _search_line(self, const unsigned char* line, Py_ssize_t size, int64_t number) noexcept nogil:
        """Whether there was room for what was found."""
        cdef uint32_t code = 0
        cdef Py_ssize_t i
        cdef int at, group
        self._lines += 1
        for i in range(size):
            code = (code << 5 | line[i]) & (GRAMS - 1)
            if i < 3 or not has(&self._groups, code):
                continue
            group = first_of(&self._groups, code)
            for at in range(self._groups.begun[group], self._groups.begun[group + 1]):
                if not self._compare(self._posted[at], line, size, number, True):
                    return False
            for at in range(self._packed[2 * group], self._packed[2 * group + 1]):
                if not self._compare_pack(&self._packs[at], line, size, number):
                    return False
        return True

    cdef inline bint _compare(
        self, int form, const unsigned char* line, Py_ssize_t size, int64_t number, bint alone
    ) noexcept nogil:
        if self._seen[form] == self._lines:
            return True
        self._seen[form] = self._lines
        if not _is_alike(&self._forms[form], line, size, alone):
            return True
        return put(&self._found, number) and put(&self._found, self._forms[form].number)

    cdef bint _compare_pack(self, Pack* pack, const unsigned char* line, Py_ssize_t size, int64_t number) noexcept nogil:
        cdef uint16_t missed[LANES]
        cdef int lane
        if pack.seen == self._lines:
            return True
        pack.seen = self._lines
        _count_missed(pack, line, size, missed)
        for lane in range(pack.count):
            if missed[lane] <= pack.spare[lane] or size > LONGEST:
                if not self._compare(pack.forms[lane], line, size, number, False):
                    return False
        return True


cdef void _count_missed(const Pack* pack, const unsigned char* line, Py_ssize_t size, uint16_t* missed) noexcept nogil:
    """How many letters of each form are not in common with a line, in their order; what `bits.find_missed` finds.

    Compilers do it for all of them at once.
    """
    cdef uint16_t state[LANES]
    cdef uint16_t some
    cdef const uint16_t* masks
    cdef Py_ssize_t i
    cdef int lane
    for lane in range(LANES):
        state[lane] = 0xFFFF
    for i in range(size):
        masks = pack.masks[line[i]]
        for lane in range(LANES):
            some = state[lane] & masks[lane]
            state[lane] = (state[lane] + some) | (state[lane] - some)
    for lane in range(LANES):
        some = state[lane] & pack.full[lane]
        some = some - (some >> 1 & 0x5555)
        some = (some & 0x3333) + (some >> 2 & 0x3333)
        some = (some + (some >> 4)) & 0x0F0F
        missed[lane] = (some + (some >> 8)) & 0x1F


cdef bint _is_alike(const Form* form, const unsigned char* line, Py_ssize_t size, bint alone) noexcept nogil:
    """Whether a part of the line, as long as the form or shorter at the line's ends, is alike enough."""
    cdef Py_ssize_t at, width
    cdef int ours = 0
    if size < form.shortest:
        return False
    if form.size > MOST or size > LONGEST:
        return True
    if alone and not _has_enough(form, line, size):
        return False
    if size < form.size:  # the wholes are compared
        return _has_in_common(form, line, size)
    if size == form.size and _may_be_in_ours(form, line, size):
        return True
    for at in range(size):
        ours += form.letters >> line[at] & 1  # letters of the part that ends here which the form has, too
        if at >= form.size:
            ours -= form.letters >> line[at - form.size] & 1
        width = at + 1 if at < form.size else form.size
        if ours >= form.needed[width] and _has_in_common(form, line + at + 1 - width, width):
            return True
    ours = 0
    for width in range(1, form.size):
        ours += form.letters >> line[size - width] & 1
        if ours >= form.needed[width] and _has_in_common(form, line + size - width, width):
            return True
    return False


cdef inline bint _has_enough(const Form* form, const unsigned char* line, Py_ssize_t size) noexcept nogil:
    """Whether the whole line has as many letters in common as the form needs."""
    cdef uint64_t missed = find_missed(form.masks, form.size, line, size)
    cdef int left = form.size - form.shortest
    while missed:
        left -= 1
        if left < 0:
            return False
        missed &= missed - 1
    return True


cdef inline bint _has_in_common(const Form* form, const unsigned char* part, Py_ssize_t size) noexcept nogil:
    """Whether as many letters are in common as a part of this size needs."""
    cdef uint64_t missed = find_missed(form.masks, form.size, part, size)
    cdef int left = form.size - form.needed[size]
    while missed:
        left -= 1
        if left < 0:
            return False
        missed &= missed - 1
    return True


cdef bint _may_be_in_ours(const Form* form, const unsigned char* line, Py_ssize_t size) noexcept nogil:
    """Where both are as long, parts of the form are compared with the line, too: the most that they may give."""
    cdef int common = form.size
    cdef uint64_t missed = find_missed(form.masks, form.size, line, size)
    while missed:
        common -= 1
        missed &= missed - 1
    return 2.0 * common >= (form.least - 1e-6) * (common + size)


cdef int _packs_for(forms):
    return (len(forms) + LANES - 1) // LANES


cdef int _code(bytes gram):
    cdef int code = 0, letter
    for letter in gram:
        code = code << 5 | letter
    return code
