/* Bootstrap percentile intervals (Efron 1979; 95 %): mean_lo, mean_hi(x); pearson_lo, pearson_hi,
   spearman_lo, spearman_hi(x, y). The rows of a group are sorted and then drawn with replacement by
   one fixed random stream, so that the result depends on the rows alone, not on their order. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "numeric/random.h"
#include "sweep/sql_rank.h"
#include "sweep/sql_sample.h"

enum {
    RESAMPLES = 2000,    /* a percentile of 2.5 % rests on 50 of them */
    POINTS_MAX = 100000, /* per group: about a second */
    WORDS = 256          /* random words made at a time */
};

struct point {
    double x, y;
};

static int by_value(const void *a, const void *b) {
    const struct point *p = a, *q = b;
    int x = (p->x > q->x) - (p->x < q->x);
    return x ? x : (p->y > q->y) - (p->y < q->y);
}

/* The group in order, and what one resample needs. All arrays (n). */
struct bootstrap {
    size_t n;
    double *x, *y;
    double *count;             /* how often each point was drawn */
    double *rank_x, *rank_y;   /* of the resample */
    size_t *order_x, *order_y; /* sorting permutations */
};

static size_t bytes_needed(size_t n) {
    return n * (sizeof(struct point) + 5 * sizeof(double) + 2 * sizeof(size_t)) +
           RESAMPLES * sizeof(double);
}

/* Lays b out in memory of bytes_needed(n); returns where the results go. */
static double *lay_out(struct bootstrap *b, struct td_sql_sample *s, void *memory) {
    struct point *points = memory;
    size_t n = s->n;
    for (size_t i = 0; i < n; ++i)
        points[i] = (struct point){s->x[i], s->y[i]};
    qsort(points, n, sizeof *points, by_value);
    for (size_t i = 0; i < n; ++i) {
        s->x[i] = points[i].x;
        s->y[i] = points[i].y;
    }
    double *next = (double *)(points + n);
    size_t *orders = (size_t *)(next + 3 * n);
    *b = (struct bootstrap){.n = n,
                            .x = s->x,
                            .y = s->y,
                            .count = next,
                            .rank_x = next + n,
                            .rank_y = next + 2 * n,
                            .order_x = orders,
                            .order_y = orders + n};
    gsl_sort_index(b->order_x, b->x, 1, n);
    gsl_sort_index(b->order_y, b->y, 1, n);
    return (double *)(orders + 2 * n);
}

/* Draws n of n points with replacement. */
static void resample(struct bootstrap *b, struct td_stream stream, size_t number) {
    uint32_t words[WORDS];
    for (size_t i = 0; i < b->n; ++i)
        b->count[i] = 0;
    for (size_t i = 0; i < b->n; ++i) {
        if (i % WORDS == 0) {
            size_t left = b->n - i;
            td_random_bits(stream, number, 0, i, left < WORDS ? left : WORDS, words);
        }
        /* The word as a fraction of n: unequal by at most n / 2^32. */
        b->count[(size_t)(((uint64_t)words[i % WORDS] * b->n) >> 32)] += 1;
    }
}

/* Ranks of the resample's values: those of one value share the mean of the ranks they take up. */
static void resample_ranks(const struct bootstrap *b, const double *v, const size_t *order,
                           double *rank) {
    double below = 0;
    for (size_t i = 0, end; i < b->n; i = end) {
        double t = 0;
        for (end = i; end < b->n && v[order[end]] == v[order[i]]; ++end)
            t += b->count[order[end]];
        for (size_t j = i; j < end; ++j)
            rank[order[j]] = below + (t + 1) / 2;
        below += t;
    }
}

typedef double statistic(struct bootstrap *b);

static double mean_of(struct bootstrap *b) {
    double sum = 0;
    for (size_t i = 0; i < b->n; ++i)
        sum += b->count[i] > 0 ? b->count[i] * b->x[i] : 0; /* inf that was not drawn: 0 */
    return sum / (double)b->n;
}

static double pearson_of(struct bootstrap *b) {
    return td_sql_correlation(b->x, b->y, b->count, b->n);
}

static double spearman_of(struct bootstrap *b) {
    resample_ranks(b, b->x, b->order_x, b->rank_x);
    resample_ranks(b, b->y, b->order_y, b->rank_y);
    return td_sql_correlation(b->rank_x, b->rank_y, b->count, b->n);
}

/* The p-quantile over resamples. Those without a value (a correlation of equal points) are left
   out; where they are more than half there is no interval. */
static double percentile(struct td_sql_sample *s, statistic *of, double p) {
    struct bootstrap b;
    if (s->n > POINTS_MAX) {
        s->error = "a bootstrap interval of more than 100000 rows: sample them first";
        return NAN;
    }
    void *memory = sqlite3_malloc64(bytes_needed(s->n));
    if (!memory) {
        s->error = "out of memory";
        return NAN;
    }
    double *results = lay_out(&b, s, memory);
    struct td_stream stream = td_stream_make(1, "bootstrap");
    size_t n = 0;
    for (size_t i = 0; i < RESAMPLES; ++i) {
        resample(&b, stream, i);
        results[n] = of(&b);
        n += !isnan(results[n]);
    }
    gsl_sort(results, 1, n);
    double value = n < RESAMPLES / 2 || !isfinite(results[0]) || !isfinite(results[n - 1])
                       ? NAN
                       : gsl_stats_quantile_from_sorted_data(results, 1, n, p);
    sqlite3_free(memory);
    return value;
}

static const double low = 0.025, high = 0.975;

static double mean_lo(struct td_sql_sample *s) {
    return percentile(s, mean_of, low);
}
static double mean_hi(struct td_sql_sample *s) {
    return percentile(s, mean_of, high);
}
static double pearson_lo(struct td_sql_sample *s) {
    return percentile(s, pearson_of, low);
}
static double pearson_hi(struct td_sql_sample *s) {
    return percentile(s, pearson_of, high);
}
static double spearman_lo(struct td_sql_sample *s) {
    return percentile(s, spearman_of, low);
}
static double spearman_hi(struct td_sql_sample *s) {
    return percentile(s, spearman_of, high);
}

static const struct td_sql_aggregate aggregates[] = {
    {"mean_lo", TD_SQL_NONE, 2, mean_lo},         {"mean_hi", TD_SQL_NONE, 2, mean_hi},
    {"pearson_lo", TD_SQL_PAIR, 3, pearson_lo},   {"pearson_hi", TD_SQL_PAIR, 3, pearson_hi},
    {"spearman_lo", TD_SQL_PAIR, 3, spearman_lo}, {"spearman_hi", TD_SQL_PAIR, 3, spearman_hi},
};

int td_sql_register_bootstrap(sqlite3 *db) {
    return td_sql_register_sample(db, aggregates, sizeof aggregates / sizeof *aggregates);
}
