# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Lines of a text that share four letters in a row with long forms and are alike enough around them, in one pass.

It is what `gate.has_like_part` says, or a little more: letters that look alike are one here.
"""

from cpython.bytes cimport PyBytes_AS_STRING
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy

from functools import lru_cache
from math import ceil

import numpy as np

from hunter.matching.compiled.bits cimport count_bits
from hunter.matching.compiled.lookup cimport (
    GRAMS, Hits, Lookup, clear, collect, count, end_of_stretch, free_hits, make_hits, make_room,
)
from hunter.matching.compiled.numbers cimport Numbers, free_numbers, make_numbers, put, taken

cdef enum:
    LETTERS = 32  # a letter has five bits
    GRAM = 4
    EDGE = 1  # a mark, see `screening.text`
    MOST = 64  # letters of a form that are compared; longer ones are let through

cdef struct Form:
    int64_t number
    int size
    unsigned char needed[MOST + 1]  # letters in common that a part of some size needs
    int least  # and any part at all
    bint at_edge  # whether a part is to begin or end at a word's edge
    uint64_t masks[LETTERS]  # for each letter, a bit wherever it stands in the form
    uint64_t back[LETTERS]  # the same, counted from its end
    int64_t line  # in which it was found last

cdef struct Post:
    int form
    uint32_t before  # a bit for each letter of the form before the group
    uint32_t behind
    unsigned char first  # letter of the form that begins the group
    unsigned char previous  # the letter before that if it begins a group, too; else 0
    unsigned char reach  # letters of the form that are not in the group
    signed char needed  # different ones of these that a line has on the same sides where the form may stand in whole
    signed char needed_at_end  # and where it may not

cdef struct Spot:  # four letters in a line
    const unsigned char* line
    const unsigned char* marks  # of its letters and of its end
    int size
    int at
    int number  # of the line


cdef class Grams:
    """Long forms by their groups of four letters."""

    cdef Form* _forms
    cdef Py_ssize_t _count
    cdef Lookup _groups  # of letters
    cdef Post* _posts  # one after another for each group, the shortest forms first
    cdef Numbers _found

    def __cinit__(self, forms):
        self._count = len(forms)
        posts = sum(len(firsts) for _, _, firsts, _, _ in forms)
        self._forms = <Form*> calloc(len(forms) + 1, sizeof(Form))
        self._posts = <Post*> malloc((posts + 1) * sizeof(Post))
        if not make_room(&self._groups, posts) or not make_numbers(&self._found):
            raise MemoryError
        if not (self._forms and self._posts):
            raise MemoryError

    def __init__(self, forms):
        """`forms`: see `searching.LongForm`."""
        cdef int at, size
        cdef Form* form
        posted = {}
        for i, (number, letters, firsts, least, at_edge) in enumerate(forms):
            form = &self._forms[<int> i]
            form.at_edge = at_edge
            form.number, form.size, size = number, len(letters), min(len(letters), MOST)
            form.least, needed = _needed(len(letters), least)
            memcpy(form.needed, PyBytes_AS_STRING(needed), MOST + 1)
            for at in range(size):
                form.masks[<int> letters[at]] |= <uint64_t> 1 << at
                form.back[<int> letters[at]] |= <uint64_t> 1 << (size - 1 - at)
            for first in firsts:
                posted.setdefault(_code(letters[first : first + GRAM]), []).append((len(letters), i, first))
        at = 0
        for group, (code, some) in enumerate(sorted(posted.items())):
            self._groups.bits[<int> code >> 6] |= <uint64_t> 1 << (<int> code & 63)
            self._groups.begun[<int> group] = at
            for _, i, first in sorted(some):
                self._post(&self._posts[at], i, first, forms[i])
                at += 1
        self._groups.begun[len(posted)] = at
        count(&self._groups)

    cdef _post(self, Post* post, int number, int first, given):
        cdef const Form* form = &self._forms[number]
        cdef int spared = GRAM
        _, letters, firsts, _, at_edge = given
        post.form, post.first, post.previous = number, first, 0
        if first - 1 in firsts and not at_edge:
            post.previous = letters[first - 1]
        post.reach = min(form.size, MOST) - GRAM
        post.before, post.behind = _bag_of(letters[:first]), _bag_of(letters[first + GRAM :])
        spared += first - count_bits(post.before) + form.size - GRAM - first - count_bits(post.behind)  # repeated ones, too
        post.needed = post.needed_at_end = 0
        if form.size <= MOST:
            post.needed = form.needed[form.size] - spared
            post.needed_at_end = form.least - spared

    def __dealloc__(self):
        free(self._forms)
        free(self._posts)
        clear(&self._groups)
        free_numbers(&self._found)

    def search(self, bytes codes, bytes marks):
        """Numbers of lines and of forms, lines in order; see `searching.Grams`."""
        cdef const unsigned char* marked = <const unsigned char*> PyBytes_AS_STRING(marks)
        cdef bytes padded = bytes(MOST) + codes + bytes(MOST)  # as far as may be looked from anywhere
        cdef const unsigned char* text = <const unsigned char*> PyBytes_AS_STRING(padded) + MOST
        cdef Py_ssize_t i, begun = 0, end, size = len(codes)
        cdef bint room
        cdef Hits hits
        if len(marks) != size:
            raise ValueError("each letter needs its marks")
        self._found.count = 0
        for i in range(self._count):
            self._forms[i].line = -1
        room = make_hits(&hits, size)
        while room and begun < size:  # with the interpreter's lock: what is found stands in the object
            end = end_of_stretch(text, begun, size)
            collect(&self._groups, text, begun, end, &hits)
            room = self._search(text, marked, &hits)
            begun = end
        free_hits(&hits)
        if not room:
            raise MemoryError
        pairs = np.frombuffer(taken(&self._found), np.int64)
        return pairs[0::2], pairs[1::2]

    cdef bint _search(self, const unsigned char* text, const unsigned char* marks, const Hits* hits) noexcept nogil:
        """Whether there was room for what was found."""
        cdef int k, begun
        cdef Spot spot
        for k in range(hits.count):
            spot.number = hits.lines[k] - 1
            begun = hits.breaks[spot.number] + 1
            spot.line, spot.marks = text + begun, marks + begun
            spot.size, spot.at = hits.breaks[spot.number + 1] - begun, hits.places[k] - begun
            if not self._compare(hits.begun[k], hits.past[k], &spot):
                return False
        return True

    cdef bint _compare(self, int first, int past, const Spot* spot) noexcept nogil:
        """The same for some posts of the four letters that stand there."""
        cdef const unsigned char* here = spot.line + spot.at
        cdef uint32_t left = 0, right = 0, letter, in_left = ~(<uint32_t> 0), in_right = in_left  # bits of letters
        cdef int i, reach = 0
        cdef bint whole
        cdef const Post* post
        cdef Form* form
        for i in range(first, past):
            post = &self._posts[i]
            if post.previous and post.previous == (here - 1)[0]:
                continue  # it was looked at with one letter more
            while reach < post.reach:  # the shortest come first
                letter = (here - 1 - reach)[0]
                left |= in_left & <uint32_t> 1 << letter
                in_left = in_left if letter else 0  # not beyond the line, which ends with a 0
                letter = here[GRAM + reach]
                right |= in_right & <uint32_t> 1 << letter
                in_right = in_right if letter else 0
                reach += 1
            whole = (post.reach <= spot.at) & (post.reach <= spot.size - GRAM - spot.at)
            if count_bits(post.before & left) + count_bits(post.behind & right) < (
                post.needed if whole else post.needed_at_end
            ):
                continue
            form = &self._forms[post.form]
            if form.line == spot.number:
                continue
            if form.size <= MOST:
                if not _may_have_part(form, post.first, spot, whole) or not _has_like_part(form, post.first, spot):
                    continue
            form.line = spot.number
            if not (put(&self._found, spot.number) and put(&self._found, form.number)):
                return False
        return True


@lru_cache(maxsize=256)
def _needed(size, least):
    """How many letters in common any part needs, and a part of each size up to the most."""
    needed = bytes([min(255, ceil(least * (size + at) / 2 - 1e-9)) for at in range(MOST + 1)])
    return min([count for at, count in enumerate(needed) if count <= at], default=255), needed


cdef uint32_t _bag_of(bytes letters):
    """A bit for each letter."""
    cdef uint32_t bag = 0
    for letter in letters:
        bag |= <uint32_t> 1 << <int> letter
    return bag


cdef inline int _reach(const Form* form, int size) noexcept nogil:
    """How many of so many letters beside a group may belong to a part that has it."""
    return size if size < form.size - GRAM else form.size - GRAM


cdef bint _may_have_part(const Form* form, int first, const Spot* spot, bint whole) noexcept nogil:
    """What `_has_like_part` tells, or a little more: letters count wherever they may be moved.

    A letter that is missing in one of both moves those behind it by one place.
    """
    cdef int needed = form.needed[form.size] if whole else form.least, behind = first + GRAM
    cdef int back = form.size - needed, on = form.size - form.needed[form.size]
    cdef const unsigned char* here = spot.line + spot.at
    cdef uint64_t before, after
    before = _reached(form.back, form.size - first, here - 1, -1, _reach(form, spot.at), back, on)
    after = _reached(form.masks, behind, here + GRAM, 1, _reach(form, spot.size - spot.at - GRAM), back, on)
    before &= (<uint64_t> 1 << first) - 1
    after &= (<uint64_t> 1 << (form.size - behind)) - 1
    return count_bits(before) + count_bits(after) + GRAM >= needed


cdef inline uint64_t _reached(
    const uint64_t* masks, int begun, const unsigned char* letters, int step, int count, int back, int on
) noexcept nogil:
    """A bit for each letter of a form, from `begun` on, that stands in a line as far or so many places nearer or on."""
    cdef uint64_t found = 0, band = (<uint64_t> 1 << (back + on + 1)) - 1
    cdef int i
    if begun == MOST:
        return 0  # no letters are left
    for i in range(count):
        found |= masks[letters[i * step]] >> begun & (band << (i - on) if i > on else band >> (on - i))
    return found


cdef bint _has_like_part(const Form* form, int first, const Spot* spot) noexcept nogil:
    """See `gate.has_like_part`; the form's letters from the first on are the four of the line."""
    cdef const unsigned char* here = spot.line + spot.at
    cdef int reach = form.size - GRAM, behind = first + GRAM, before, left, right
    cdef int lefts = _reach(form, spot.at), rights = _reach(form, spot.size - spot.at - GRAM)
    cdef unsigned char to_left[MOST]
    cdef unsigned char to_right[MOST]
    _count_common(form.back, form.size - first, first, here - 1, -1, lefts, to_left)
    _count_common(form.masks, behind, form.size - behind, here + GRAM, 1, rights, to_right)
    if spot.size < form.size:  # all of the line
        return to_left[lefts] + to_right[rights] + GRAM >= form.needed[spot.size]
    for before in range(reach + 1):  # letters of the part before the four
        left, right = before if before < lefts else lefts, reach - before if reach - before < rights else rights
        if form.at_edge and not (spot.marks[spot.at - left] | spot.marks[spot.at + GRAM + right]) & EDGE:
            continue
        if to_left[left] + to_right[right] + GRAM >= form.needed[left + right + GRAM]:
            return True
    return False


cdef void _count_common(
    const uint64_t* masks, int begun, int width, const unsigned char* letters, int step, int count, unsigned char* common
) noexcept nogil:
    """Letters in common, in their order, by how many of the line's letters are looked at (as `bits.count_common`).

    `masks` are of a form whose letters count from `begun` on, so many of them.
    """
    cdef uint64_t full = (<uint64_t> 1 << width) - 1, state = full, some, more
    cdef int i
    common[0] = 0
    begun = begun if width else 0
    for i in range(count):
        some = state & (masks[letters[i * step]] >> begun)
        more = state + some
        common[i + 1] = common[i] + (more >> width & 1)  # what is carried over is one more in common
        state = (more | (state - some)) & full


cdef int _code(bytes gram):
    cdef int code = 0, letter
    for letter in gram:
        code = code << 5 | letter
    return code
