from hunter.matching.compiled.likening cimport Alike, Ours
from hunter.matching.compiled.reading cimport Line

cdef double common_in(const unsigned char* letters, int size)
cdef void find_counterparts(const Ours* ours, Line* line, const Alike* alike, double* found)
