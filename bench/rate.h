/* Rates of a repeated piece of work, as the benchmarks of estimators print them. */
#ifndef BENCH_RATE_H
#define BENCH_RATE_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "numeric/array_file.h"
#include "numeric/platform.h"

static inline void stop_on(td_status status, const struct td_error *err) {
    if (!status)
        return;
    fprintf(stderr, "%s\n", err->message);
    exit(status);
}

/* Processor time of this program: what the work costs, even where others compete for the core. */
static inline double processor_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

enum { BLOCKS = 5 };
struct rate {
    double min, median, max;
};

static inline int compare_rates(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Calls a second of work(self), in BLOCKS blocks of about `seconds` processor time each. */
static inline struct rate rate_of(void (*work)(void *), void *self, double seconds) {
    double rates[BLOCKS];
    work(self);
    for (int b = 0; b < BLOCKS; b++) {
        double begin = processor_seconds(), spent = 0;
        int n = 0;
        for (; spent < seconds; n++, spent = processor_seconds() - begin)
            work(self);
        rates[b] = n / spent;
    }
    qsort(rates, BLOCKS, sizeof *rates, compare_rates);
    return (struct rate){rates[0], rates[BLOCKS / 2], rates[BLOCKS - 1]};
}

/* DIR/NAME.npy as written by the peer. */
static inline struct td_array load(const char *dir, const char *name) {
    char path[4096];
    struct td_array a;
    struct td_error err;
    snprintf(path, sizeof path, "%s/%s.npy", dir, name);
    stop_on(td_array_read(path, &a, &err), &err);
    return a;
}

/* Arguments: DIR [SECONDS]; made-up data without a DIR or for "-". */
static inline const char *directory(int argc, char **argv) {
    return argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;
}
static inline double block_seconds(int argc, char **argv) {
    return argc > 2 ? atof(argv[2]) : 0.6;
}

#endif
