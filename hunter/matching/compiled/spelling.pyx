# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""How ordinary runs of letters or digits are, as `letters.run_cost` has it.

A run is given as numbers, see `lettering`.
"""

from cpython.bytes cimport PyBytes_AS_STRING
from libc.math cimport INFINITY
from libc.stdint cimport uint64_t
from libc.string cimport memchr, memcpy

from threading import RLock

from hunter.matching.compiled.lettering import numbers_of
from hunter.tables import read_frequent_words

from hunter.matching.compiled.lettering cimport CHARACTERS, LONGEST, ZERO, Letters, code_of

cdef enum:
    EDGE = 27 * 27 * 27
    WORDS = 1 << 18  # slots, a power of two and far more than there are words
    BYTES = 1 << 19  # of bits for what may be a word
    LONGEST_WORD = 64  # letters; its code is taken modulo 2^64, so that two words hardly ever share one

cdef struct Word:
    uint64_t code
    double cost

cdef struct Short:
    bint goes_on  # whether a known word begins with these letters
    double cost

cdef Short _short[EDGE]  # words of up to three letters
cdef unsigned char _begun_by_four[(EDGE * 27 + 7) / 8]  # a bit for each four letters that begin a word
cdef uint64_t MIX = 0x9E3779B97F4A7C15
cdef unsigned char _costs[EDGE * 27]
cdef Word _words[WORDS]
cdef unsigned char _finals[EDGE]  # of the end of a word, by the three letters before it
cdef unsigned char _known[BYTES]  # a bit each for what may be a word
cdef unsigned char _begun[BYTES]  # and for what may begin one
cdef bint _loaded = False
cdef double _unknown, _random, _random_letter, _digits, _digit


_lock = RLock()


def load() -> None:
    """Reads the tables that the judge uses."""
    with _lock:  # threads may come here together
        return _load()


cdef _load():
    global _loaded, _unknown, _random, _random_letter, _digits, _digit
    if _loaded:
        return
    from hunter.matching import letters  # which asks for this module
    cdef bytes table = letters.letter_costs()
    cdef int code
    memcpy(_costs, <const unsigned char*> table, EDGE * 27)
    for code in range(EDGE):
        _finals[code] = _costs[code * 27]
    _unknown, (_random, _random_letter) = letters.UNKNOWN, letters.RANDOM
    _digits, _digit = letters.DIGITS
    for code in range(EDGE):
        _short[code].cost = INFINITY
    frequent = read_frequent_words()
    _take_all(frequent, letters.rank_costs(frequent.count(b"\n")), letters.WORDS_OF_ONE.encode())
    _loaded = True


cdef _take_all(bytes words, const double[::1] costs, bytes of_one):
    """Puts frequent words, each ended by a line, into their table; single letters only if they are some of one."""
    cdef const unsigned char* begun = <const unsigned char*> PyBytes_AS_STRING(words)
    cdef const unsigned char* past = begun + len(words)
    cdef const unsigned char* end
    cdef Py_ssize_t i
    for i in range(len(costs)):
        end = <const unsigned char*> memchr(begun, 10, past - begun)
        if end - begun > 1 or begun[0] in of_one:
            _take(begun, end - begun, costs[i])
        begun = end + 1


cdef void _take(const unsigned char* word, Py_ssize_t size, double cost) noexcept:
    """Puts a word into the table unless it has more than small letters and digits or is too long."""
    cdef uint64_t code = 0
    cdef Py_ssize_t i
    cdef int c, number, four = 0
    cdef bint plain = True
    if size > LONGEST_WORD:
        return
    for i in range(size):
        c = word[i]
        if not (97 <= c <= 122 or 48 <= c <= 57):
            return
        number = c - 96 if c >= 97 else c - 21
        code = code * CHARACTERS + number
        plain &= number < ZERO
        if plain:
            four = four * 27 + number if i < 4 else four
            if i < 3:
                _short[four].goes_on = True
            elif i == 3:
                _begun_by_four[four >> 3] |= 1 << (four & 7)
            else:
                _mark(_begun, code)
    _put(code, cost)
    _mark(_known, code)
    if size < 4 and plain:
        _short[four].cost = cost


def is_known(str word) -> bool:
    """Whether a word is frequent, as `letters.is_frequent` has it; one of more than letters and digits is not."""
    if not _loaded:
        load()
    if not word.isascii() or not word.isalnum() or not word.islower():
        return False
    numbers = numbers_of(word)
    return is_frequent(numbers, len(numbers))


def split(str run) -> tuple:
    """What `letters.split_run` finds for a run of 1 to 64 letters a to z: its cost in nats and its words."""
    cdef uint64_t cuts = 0
    cdef int at, begun = 0
    if not _loaded:
        load()
    numbers = numbers_of(run)
    if len(numbers) > LONGEST:
        raise ValueError(f"{run!r} is too long")
    if not run.isalpha() and not run.isdigit():
        raise ValueError(f"{run!r} is no run: letters and digits stand in it")
    cost = cost_of(numbers, len(numbers), &cuts)
    words = []
    for at in range(1, len(numbers) + 1):
        if cuts >> (at - 1) & 1:
            words.append(run[begun:at])
            begun = at
    return cost, tuple(words)


cdef inline int _slot(uint64_t code) noexcept nogil:
    return <int> ((code * MIX) >> 40) & (WORDS - 1)


cdef void _put(uint64_t code, double cost) noexcept:
    cdef int at = _slot(code)
    while _words[at].code and _words[at].code != code:
        at = (at + 1) & (WORDS - 1)
    _words[at].code, _words[at].cost = code, cost


cdef inline double _find(uint64_t code) noexcept nogil:
    """What a word costs; infinity: it is none."""
    cdef int at = _slot(code)
    while _words[at].code:
        if _words[at].code == code:
            return _words[at].cost
        at = (at + 1) & (WORDS - 1)
    return INFINITY


cdef void _mark(unsigned char* bits, uint64_t code) noexcept:
    cdef uint64_t bit = (code * MIX) >> 42
    bits[bit >> 3] |= 1 << (bit & 7)


cdef bint is_frequent(Letters run, int size) noexcept nogil:
    return size <= LONGEST_WORD and _find(code_of(run, size)) < INFINITY


cdef double spelled(Letters run, int size) noexcept nogil:
    """Nats of the letters of one word, its end included; of digits those of random characters."""
    cdef int i, code = 0, total = 0
    for i in range(size):
        if run[i] >= ZERO:
            return _random_letter * size
        code = code % EDGE * 27 + run[i]
        total += _costs[code]
    return (total + _finals[code % EDGE]) / 16.0


cdef double cost_of(Letters run, int size, uint64_t* cuts) noexcept nogil:
    """Nats of a run; a bit of `cuts` for each letter that ends a word (a word of its own where it is digits)."""
    cdef double begins[LONGEST + 1]
    costs_of(run, size, begins, NULL, cuts)
    return begins[size]


cdef void costs_of(Letters run, int size, double* begins, double* ends, uint64_t* cuts) noexcept nogil:
    """Nats of every beginning of a run, by its letters, and of every end, by the letter before which it begins.

    A bit of `cuts` for each letter that ends a word of the whole (a word of its own where it is digits).
    """
    cdef double words[LONGEST][LONGEST + 1]
    cdef int letters[LONGEST]
    cdef int finals[LONGEST]
    cdef unsigned char back[LONGEST + 1]
    cdef int i, j
    cdef double cost
    cuts[0] = 0
    begins[0] = 0.0
    if size and run[0] >= ZERO:
        cuts[0] = <uint64_t> 1 << (size - 1)
        for i in range(1, size + 1):
            begins[i] = _digits + _digit * i
        if ends:
            for i in range(size + 1):
                ends[i] = begins[size - i]
        return
    for i in range(1, size + 1):
        begins[i] = INFINITY
    _cost_letters(run, size, letters, finals)
    for i in range(size):
        _cost_words(run, i, size, letters, finals, words[i])
        for j in range(i + 1, size + 1):
            cost = begins[i] + words[i][j]
            if cost < begins[j]:
                begins[j] = cost
                back[j] = i
    j = size
    while j:
        cuts[0] |= <uint64_t> 1 << (j - 1)
        j = back[j]
    if ends:
        ends[size] = 0.0
        for i in range(size - 1, -1, -1):
            cost = INFINITY
            for j in range(i + 1, size + 1):
                if words[i][j] + ends[j] < cost:
                    cost = words[i][j] + ends[j]
            ends[i] = cost


cdef inline void _cost_letters(Letters run, int size, int* letters, int* finals) noexcept nogil:
    """Sixteenths of a nat of each letter behind three others, and of a word's end behind it."""
    cdef int j, code = 0
    for j in range(size):
        code = code % EDGE * 27 + run[j]
        letters[j], finals[j] = _costs[code], _finals[code % EDGE]


cdef inline void _cost_words(
    Letters run, int begun, int size, const int* letters, const int* finals, double* costs
) noexcept nogil:
    """Nats of each word that begins at a letter of a run, by its end."""
    cdef int j, code = 0, total = 0, final, size_now
    cdef uint64_t word = 0
    cdef double cost, random
    cdef bint goes_on = True
    for j in range(begun, size):
        size_now = j + 1 - begun
        if size_now < 4:
            code = code * 27 + run[j]
            total += _costs[code]
            final = _finals[code]
        else:
            total += letters[j]
            final = finals[j]
        cost, random = _unknown + (total + final) / 16.0, _random + _random_letter * size_now
        cost = random if random < cost else cost
        if goes_on:
            word = word * CHARACTERS + run[j]
            cost = _least(cost, _cost_word(word, code, size_now, run[j], &goes_on))
        costs[j + 1] = cost


cdef inline double _least(double a, double b) noexcept nogil:
    return a if a < b else b


cdef inline double _cost_word(uint64_t word, int code, int size, int letter, bint* goes_on) noexcept nogil:
    """What a known word costs, infinity if it is none, and whether any known word goes on behind it.

    `code` is that of its first three letters, by which short words are told at once.
    """
    cdef uint64_t bit
    if size < 4:
        goes_on[0] = _short[code].goes_on
        return _short[code].cost
    if size == 4:
        code = code * 27 + letter
        goes_on[0] = _begun_by_four[code >> 3] >> (code & 7) & 1
        if not goes_on[0]:
            return INFINITY
    bit = (word * MIX) >> 42
    if size > 4:
        goes_on[0] = _begun[bit >> 3] >> (bit & 7) & 1
    return _find(word) if goes_on[0] and _known[bit >> 3] >> (bit & 7) & 1 else INFINITY


cdef double cost_of_digits(int size) noexcept nogil:
    return _digits + _digit * size


cdef double most_of(Letters run, int size) noexcept nogil:
    """No less than the nats of a run: as one unknown word, or as random letters."""
    cdef double word, random = _random + _random_letter * size
    if not size:
        return 0.0
    if run[0] >= ZERO:
        return cost_of_digits(size)
    word = _unknown + spelled(run, size)
    return word if word < random else random
