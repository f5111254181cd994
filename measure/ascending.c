#include "measure/ascending.h"

#include <stdint.h>
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 6, BUCKETS = 1 << DIGIT_BITS };

/* The bits of a double as an unsigned number of the same order: negative ones are complemented,
   others get the sign bit. */
static uint64_t key_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static size_t digit_of(double x, size_t digit) {
    return (size_t)(key_of(x) >> (digit * DIGIT_BITS)) & (BUCKETS - 1);
}

/* One stable pass by a digit, from `from` to `to`; count[b]: where bucket b begins. */
static void distribute(size_t n, const double *from, double *to, size_t digit,
                       size_t count[BUCKETS]) {
    size_t begin = 0;
    for (size_t b = 0; b < BUCKETS; ++b) {
        size_t here = count[b];
        count[b] = begin;
        begin += here;
    }
    for (size_t i = 0; i < n; ++i)
        to[count[digit_of(from[i], digit)]++] = from[i];
}

void td_sort_ascending(size_t n, double *v, double *room) {
    double *from = v, *to = room;
    for (size_t digit = 0; digit < DIGITS && n > 1; ++digit) {
        size_t count[BUCKETS] = {0};
        for (size_t i = 0; i < n; ++i)
            count[digit_of(from[i], digit)]++;
        if (count[digit_of(from[0], digit)] == n)
            continue;
        distribute(n, from, to, digit, count);
        double *last = from;
        from = to;
        to = last;
    }
    if (from != v)
        memcpy(v, from, n * sizeof *v);
}
