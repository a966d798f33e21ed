# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Lines of a text that share four letters in a row with long forms and are alike enough in part, in one pass.

How alike is what `likeness.part_ratio` gives, or a little more: letters that look alike are one here.
"""

from cpython.bytes cimport PyBytes_AS_STRING
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc

from math import ceil

import numpy as np

from hunter.matching.compiled.bits cimport count_common
from hunter.matching.compiled.lookup cimport GRAMS, Lookup, clear, count, first_of, has, make_room
from hunter.matching.compiled.numbers cimport Numbers, free_numbers, make_numbers, put, taken
from hunter.matching.compiled.packs cimport LANES, LETTERS, NARROW, WIDE, Pack, begin_pack, count_missed, put_text

cdef enum:
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

cdef struct Seen:
    uint64_t line  # with which it was compared last
    int shortest  # letters in common that any of the forms needs


cdef class Grams:
    """Long forms by their groups of four letters; those that share one are compared together, in packs."""

    cdef Form* _forms
    cdef uint64_t* _seen  # for each form, the line with which it was compared last
    cdef Lookup _groups  # of letters
    cdef int* _posts  # packs, one after another for each group
    cdef Pack* _packs
    cdef Seen* _packs_seen
    cdef int _pack_count
    cdef Numbers _found
    cdef uint64_t _lines

    def __cinit__(self, forms):
        posts = sum(len(grams) for _, _, grams, _, _ in forms)
        self._forms = <Form*> calloc(len(forms) + 1, sizeof(Form))
        self._seen = <uint64_t*> calloc(len(forms) + 1, sizeof(uint64_t))
        self._posts = <int*> malloc((posts + 1) * sizeof(int))
        self._packs = <Pack*> calloc(posts + 1, sizeof(Pack))
        self._packs_seen = <Seen*> calloc(posts + 1, sizeof(Seen))
        if not make_room(&self._groups, posts) or not make_numbers(&self._found):
            raise MemoryError
        if not (self._forms and self._seen and self._posts and self._packs and self._packs_seen):
            raise MemoryError

    def __init__(self, forms):
        """`forms`: number, letters in numbers (see `screening.text`), groups of four, letters needed, least ratio."""
        cdef int at
        cdef Form* form
        posted = {}
        for i, (number, letters, grams, shortest, least) in enumerate(forms):
            form = &self._forms[<int> i]
            form.number, form.size, form.shortest, form.least = number, len(letters), shortest, least
            for at in range(MOST + 1):
                form.needed[at] = min(255, ceil((least - 1e-6) * (len(letters) + at) / 2))
            for at, letter in enumerate(letters[:MOST]):
                form.masks[<int> letter] |= <uint64_t> 1 << at
                form.letters |= <uint32_t> 1 << <int> letter
            for gram in grams:
                posted.setdefault(_code(gram), []).append((len(letters), i))
        self._post(sorted(posted.items()))

    cdef _post(self, posted):
        """Puts the forms that have each group of letters into packs, by their size."""
        cdef int code, at = 0
        packs = {}
        for group, (gram, some) in enumerate(posted):
            code = gram
            self._groups.bits[code >> 6] |= <uint64_t> 1 << (code & 63)
            self._groups.begun[<int> group] = at
            for forms in _packed([number for _, number in sorted(some)], [size for size, _ in sorted(some)]):
                if forms not in packs:
                    packs[forms] = len(packs)
                    self._pack(packs[forms], forms)
                self._posts[at] = packs[forms]
                at += 1
        self._groups.begun[len(posted)] = at
        count(&self._groups)

    cdef _pack(self, int number, forms):
        cdef Pack* pack = &self._packs[number]
        self._packs_seen[number].shortest = min(self._forms[<int> form].shortest for form in forms)
        self._pack_count = number + 1
        if len(forms) == 1:
            pack.texts[0], pack.count = forms[0], 1
        elif not begin_pack(pack, self._forms[<int> forms[len(forms) - 1]].size > NARROW):
            raise MemoryError
        else:
            for form in forms:
                put_text(pack, form, self._forms[<int> form].size, self._forms[<int> form].masks)

    def __dealloc__(self):
        cdef int pack
        for pack in range(self._pack_count):
            free(self._packs[pack].masks)
        free(self._forms)
        free(self._seen)
        free(self._posts)
        free(self._packs)
        free(self._packs_seen)
        clear(&self._groups)
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
        cdef Seen* seen
        self._lines += 1
        for i in range(size):
            code = (code << 5 | line[i]) & (GRAMS - 1)
            if i < 3 or not has(&self._groups, code):
                continue
            group = first_of(&self._groups, code)
            for at in range(self._groups.begun[group], self._groups.begun[group + 1]):
                seen = &self._packs_seen[self._posts[at]]
                if seen.line != self._lines and size >= seen.shortest:
                    seen.line = self._lines
                    if not self._compare(&self._packs[self._posts[at]], line, size, number):
                        return False
        return True

    cdef bint _compare(self, const Pack* pack, const unsigned char* line, Py_ssize_t size, int64_t number) noexcept nogil:
        cdef const Form* form
        cdef int missed[LANES]
        cdef int lane, common
        if pack.masks and size <= LONGEST:
            count_missed(pack, line, size, missed)
        for lane in range(pack.count):
            form = &self._forms[pack.texts[lane]]
            if size <= LONGEST and form.size <= MOST:
                common = form.size - missed[lane] if pack.masks else _common(form, line, size)
                if size < form.size:  # the wholes are compared
                    if common < form.needed[size]:
                        continue
                elif common < form.shortest:
                    continue
            if self._seen[pack.texts[lane]] == self._lines:
                continue
            self._seen[pack.texts[lane]] = self._lines
            if size > LONGEST or form.size > MOST or size < form.size or _has_part(form, line, size, common):
                if not (put(&self._found, number) and put(&self._found, form.number)):
                    return False
        return True


cdef bint _has_part(const Form* form, const unsigned char* line, Py_ssize_t size, int common) noexcept nogil:
    """Whether a part of a line that is as long as the form, or longer, is alike enough.

    A part is as long as the form, or shorter at the line's ends. `common`: letters that the whole line has in common.
    """
    if size == form.size and 2.0 * common >= (form.least - 1e-6) * (common + size):
        return True  # parts of the form are compared with the line, too: this is the most that they may give
    if common >= form.needed[form.size] and _has_whole_part(form, line, size):
        return True
    if _common(form, line, form.size - 1) >= form.shortest and _has_first_part(form, line):
        return True
    line += size - form.size + 1
    return _common(form, line, form.size - 1) >= form.shortest and _has_last_part(form, line)


cdef bint _has_whole_part(const Form* form, const unsigned char* line, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t at
    cdef int ours = 0, needed = form.needed[form.size]
    for at in range(size):
        ours += form.letters >> line[at] & 1  # letters of the part that ends here which the form has, too
        if at >= form.size:
            ours -= form.letters >> line[at - form.size] & 1
        if at + 1 >= form.size and ours >= needed:
            if _common(form, line + at + 1 - form.size, form.size) >= needed:
                return True
    return False


cdef bint _has_first_part(const Form* form, const unsigned char* line) noexcept nogil:
    cdef int ours = 0, width
    for width in range(1, form.size):
        ours += form.letters >> line[width - 1] & 1
        if ours >= form.needed[width] and _common(form, line, width) >= form.needed[width]:
            return True
    return False


cdef bint _has_last_part(const Form* form, const unsigned char* line) noexcept nogil:
    """The same for the letters of a line that end it, one fewer than the form has."""
    cdef int ours = 0, width
    for width in range(1, form.size):
        ours += form.letters >> line[form.size - 1 - width] & 1
        if ours >= form.needed[width]:
            if _common(form, line + form.size - 1 - width, width) >= form.needed[width]:
                return True
    return False


cdef inline int _common(const Form* form, const unsigned char* part, Py_ssize_t size) noexcept nogil:
    return count_common(form.masks, form.size, part, size)


def _packed(numbers, sizes):
    """Numbers of forms, the shortest first: as many of them together as are compared at once, long ones one by one."""
    short = [number for number, size in zip(numbers, sizes, strict=True) if size <= WIDE]
    packs = [tuple(short[at : at + LANES]) for at in range(0, len(short), LANES)]
    return packs + [(number,) for number in numbers[len(short) :]]


cdef int _code(bytes gram):
    cdef int code = 0, letter
    for letter in gram:
        code = code << 5 | letter
    return code
