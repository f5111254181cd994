/* Discretisers: rules that give every value of an array a bin. */
#ifndef TD_MEASURE_ENTROPY_BINS_H
#define TD_MEASURE_ENTROPY_BINS_H

#include "measure/measure.h"

enum td_bins_method {
    TD_BINS_CLIPPED,     /* `count` equal bins on [lower, upper]; what lies outside is clipped */
    TD_BINS_WIDTH,       /* floor(t / width), however many that are */
    TD_BINS_EQUAL_COUNT, /* as many distinct values in each of `count` bins */
    TD_BINS_EBAB,        /* the released entropy-based adaptive binning */
    TD_BINS_EXACT        /* every distinct value is a bin of its own */
};
/* EBAB's lowest edge. */
enum td_bins_floor {
    TD_FLOOR_MIN,       /* just below the least value */
    TD_FLOOR_ZERO,      /* 0: ReLU, softplus */
    TD_FLOOR_MINUS_ONE, /* -1.000001: tanh, ELU */
    TD_FLOOR_AUTO       /* 0 if no value is negative, else just below the least */
};
struct td_bins_rule {
    int method; /* enum td_bins_method */
    int floor;  /* enum td_bins_floor */
    int64_t count;
    double lower, upper, width;
    double tolerance; /* equal-count: values equal up to this, relatively, are one */
};
struct td_bins {
    const struct td_bins_rule *rule;
    size_t n_edges;
    double *edges;  /* equal-count, EBAB: ascending */
    size_t outside; /* values outside [lower, upper], or below EBAB's lowest edge */
};

/* Chooses the bins for the values of x, pooled over rows and columns, and counts those outside.
   TD_BAD_INPUT: lower >= upper, or t / width leaves the range of double. O(n d).
   Edges that adapt:
   - equal-count: u = the U distinct values, ascending; inner edges u[floor(i U / count)],
     i = 1 .. count - 1; with U <= count every value has a bin of its own.
   - EBAB (Chelombiev et al. 2019, released code): u = the U distinct values other than `low`;
     edges low, u[floor(i U / count)] for i = 0 .. count - 1, u[U - 1]. The greatest value has a bin
     of its own, and so have values equal to `low`. Values below `low`: one more bin. */
td_status td_bins_make(struct td_bins *bins, const struct td_bins_rule *rule,
                       const struct td_matrix *x, struct td_error *err);
void td_bins_free(struct td_bins *bins);
/* Number of t's bin: the last one whose edge is <= t, counted from 0; a whole number of either
   sign for TD_BINS_WIDTH; -1 below EBAB's lowest edge; t itself for TD_BINS_EXACT. */
double td_bins_find(const struct td_bins *bins, double t);

#endif
