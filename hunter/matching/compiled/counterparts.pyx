# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Their whole name held against ours, word by word, as `counterparts` has it, for plain handles."""

from libc.stdint cimport uint64_t
from libc.string cimport memcmp

from hunter.matching import counterparts

from hunter.matching.compiled.bits cimport count_changes
from hunter.matching.compiled.customs cimport common_in
from hunter.matching.compiled.likening cimport Alike, Ours, set_masks
from hunter.matching.compiled.measuring cimport *
from hunter.matching.compiled.reading cimport Line, Part, part
from hunter.matching.compiled.lettering cimport CHARACTERS, LONGEST, WIDEST, ZERO, text_of

cdef int _most_changes = counterparts.MOST_CHANGES
cdef frozenset _tongues = counterparts.tongues()
cdef int _longest_tongue = max(map(len, _tongues))
cdef double _near = counterparts.NEAR, _middle = counterparts.MIDDLE, _known = counterparts.KNOWN

cdef bint _is_tongue(const unsigned char* letters, int size):
    return 0 < size <= _longest_tongue and text_of(letters, size) in _tongues


cdef int _changes_between(const unsigned char* ours, int size, const unsigned char* theirs, int length) noexcept nogil:
    cdef uint64_t masks[CHARACTERS]
    set_masks(masks, ours, size)
    return count_changes(masks, size, theirs, length, size + length)


cdef void find_counterparts(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil:
    """What the names have in common beyond the place of the likeness, behind the other measures of both looks.

    `look_for_tongues` tells the rest.
    """
    _look_at_whole(ours, line, alike, found)
    _look_at_words(ours, line, found)
    _look_at_rest(line, alike, found)
    _look_at_repeated(line, alike, found)


cdef void _look_at_whole(const Ours* ours, Line* line, const Alike* alike, double* found) noexcept nogil:
    cdef int changes = _changes_between(ours.letters, ours.size, line.letters, line.size)
    cdef int told = alike.place.edits + line.size - (alike.place.end - alike.place.start)
    found[CHANGES_1], found[CHANGES_2], found[CHANGES_3] = changes <= 1, changes <= 2, changes <= 3
    found[CHANGES] = changes if changes < _most_changes else _most_changes
    found[CHANGES_SIZE] = <double> changes / ours.size if changes < ours.size else 1.0
    found[CHANGES_SPARED] = told - changes


cdef int _part_ours(const Ours* ours, Part* parts) noexcept nogil:
    """Our words, in which digits stay beside the letters that they are written with."""
    cdef int at, count = 0, begun = 0
    for at in range(1, ours.size + 1):
        if at < ours.size and not ours.breaks >> at & 1:
            continue
        if at < ours.size and (ours.letters[at - 1] >= ZERO) != (ours.letters[at] >= ZERO):
            continue
        parts[count].begun, parts[count].size = begun, at - begun
        count += 1
        begun = at
    return count


cdef void _look_at_words(const Ours* ours, Line* line, double* found) noexcept nogil:
    """Where both have as many words: how many differ, and if it is one, by how much and which words they are."""
    cdef Part mine[LONGEST]
    cdef Part yours[WIDEST]
    cdef int count = _part_ours(ours, mine), at, changed = 0, one = 0
    if part(line, yours) != count:
        found[WORDS_DIFFER] = 1.0
        return
    for at in range(count):
        if mine[at].size != yours[at].size or memcmp(
            ours.letters + mine[at].begun, line.letters + yours[at].begun, mine[at].size
        ):
            changed += 1
            one = at
    found[WORDS_PAIRED], found[WORDS_CHANGED] = 1.0, changed
    if changed == 1:
        _look_at_word(ours, mine[one], line.letters + yours[one].begun, yours[one].size, found)


cdef void _look_at_word(const Ours* ours, Part mine, const unsigned char* yours, int size, double* found) noexcept nogil:
    """The one word that differs."""
    cdef int changes = _changes_between(ours.letters + mine.begun, mine.size, yours, size)
    cdef double far = <double> changes / (mine.size if mine.size > size else size)
    cdef double known = common_in(yours, size)
    found[WORD_ONE], found[WORD_FAR] = 1.0, far
    found[WORD_NEAR], found[WORD_MIDDLE] = far <= _near, _near < far <= _middle
    found[WORD_OURS], found[WORD_THEIRS] = common_in(ours.letters + mine.begun, mine.size), known
    found[WORD_KNOWN], found[WORD_BESIDE], found[WORD_TWO] = known > _known, ours.size - mine.size, changes <= 2
    if mine.size < ours.size:
        found[WORD_OF_MORE], found[WORD_OF_MORE_FAR], found[WORD_OF_MORE_THEIRS] = 1.0, far, known


cdef void _look_at_rest(Line* line, const Alike* alike, double* found) noexcept nogil:
    cdef Part parts[WIDEST]
    cdef int at
    for at in range(part(line, parts)):
        if not line.piece[alike.first] <= at <= line.piece[alike.last]:
            found[REST_PIECES] += 1
            found[REST_UNKNOWN] += common_in(line.letters + parts[at].begun, parts[at].size) == 0.0


cdef void look_for_tongues(const Line* line, const Alike* alike, double* found):
    """Whether what stands beside ours tells no more than what the software is written in."""
    cdef Part parts[WIDEST]
    cdef int at
    cdef bint tongue = False
    for at in range(part(line, parts)):
        if not line.piece[alike.first] <= at <= line.piece[alike.last]:
            tongue |= _is_tongue(line.letters + parts[at].begun, parts[at].size)
    found[TONGUE], found[TONGUE_ANY] = tongue and found[REST_PIECES] == 1.0, tongue
    if 0 < alike.left + alike.right <= _longest_tongue:
        beside = text_of(line.letters + line.first[alike.first], alike.left)
        found[TONGUE_NEAR] = beside + text_of(line.letters + alike.place.end, alike.right) in _tongues


cdef void _look_at_repeated(Line* line, const Alike* alike, double* found) noexcept nogil:
    """Whether the one letter beside ours is the letter that it touches once more, as of a key held down."""
    cdef int start = alike.place.start, end = alike.place.end
    if alike.left + alike.right != 1:
        return
    found[REPEATED] = line.letters[start - 1] == line.letters[start] if alike.left else (
        line.letters[end] == line.letters[end - 1]
    )
    found[REPEATED_ALONE] = found[REPEATED] if line.size == end - start + 1 else 0.0
