#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "measure/distances.h"
#include "measure/lanes.h"
#include "measure/mi_common.h"
#include "numeric/memory.h"
#include "numeric/vec.h"

struct noisy {
    struct td_mi_options common;
    double variance;
    int64_t draws;
};

enum output { X, X_ERROR, Y, Y_ERROR, OUTPUTS };
static const char *const outputs[] = {"x", "x-error", "y", "y-error", NULL};

/* exp beyond this would leave the range; the truth never does (it is at most |noise|^2 / 2). */
static const double greatest_exponent = 700;

/* Draws t = f(x_i) + noise for every row i, and the log density ratios that average to the
   information: ln p(t|x) - ln p(t), ln p(t|y) - ln p(t). */
struct samples {
    size_t n, d, draws;
    double scale, rate; /* 1 / (2 s2) after scaling */
    double *f;          /* (n, d), scaled */
    double *noise;      /* (n, d), of one draw */
    double *drawn;      /* (n, d) */
    double *mine;       /* (n) squared length of the row's noise, scaled */
    double *tile;
    bool labelled, repeated; /* labels, ids were given */
    struct td_groups y, x;
    double *all, *same_y, *same_x; /* (n) kernel sums relative to the row's own kernel */
    double *id_y, *id_x;           /* (n) groups as numbers */
    double *size_y, *size_x;       /* rows of each group */
};

static td_status count_groups(const struct td_groups *g, double **id, double **size,
                              struct td_error *err) {
    *id = td_calloc(g->n, sizeof **id);
    *size = td_calloc(g->count, sizeof **size);
    if (!*id || !*size)
        return td_fail_memory(err, g->n * sizeof **id);
    for (size_t i = 0; i < g->n; ++i) {
        (*id)[i] = g->of[i];
        (*size)[g->of[i]] += 1;
    }
    return TD_OK;
}

static td_status make_groups(struct samples *s, const struct td_matrix *in, size_t n_in,
                             struct td_error *err) {
    td_status status = TD_OK;
    s->labelled = n_in > 1;
    s->repeated = n_in > 2;
    if (s->labelled)
        status = td_mi_classes(&in[1], &s->y, err);
    if (!status && s->labelled)
        status = count_groups(&s->y, &s->id_y, &s->size_y, err);
    if (!status && s->repeated)
        status = td_groups_of_rows(&s->x, &in[2], err);
    if (!status && s->repeated)
        status = count_groups(&s->x, &s->id_x, &s->size_x, err);
    return status;
}

static td_status make_samples(struct samples *s, const struct noisy *p, const struct td_matrix *in,
                              size_t n_in, struct td_error *err) {
    size_t n = s->n = in->n, d = s->d = in->d;
    s->draws = (size_t)p->draws;
    s->scale = fmin(td_unit_scale(n * d, in->v), td_unit_scale(1, &(double){sqrt(p->variance)}));
    s->rate = fmin(1 / (2 * p->variance * s->scale * s->scale), 1e300);
    s->f = td_calloc(n * d, sizeof *s->f);
    s->noise = td_calloc(n * d, sizeof *s->noise);
    s->drawn = td_calloc(n * d, sizeof *s->drawn);
    s->mine = td_calloc(n, sizeof *s->mine);
    s->all = td_calloc(n, sizeof *s->all);
    s->same_y = td_calloc(n, sizeof *s->same_y);
    s->same_x = td_calloc(n, sizeof *s->same_x);
    if (!s->f || !s->noise || !s->drawn || !s->mine || !s->all || !s->same_y || !s->same_x)
        return td_fail_memory(err, 3 * n * d * sizeof *s->f);
    for (size_t i = 0; i < n * d; ++i)
        s->f[i] = in->v[i] * s->scale - in->v[i % d] * s->scale; /* a common offset costs digits */
    return make_groups(s, in, n_in, err);
}

static void free_samples(struct samples *s) {
    td_free(s->f);
    td_free(s->noise);
    td_free(s->drawn);
    td_free(s->mine);
    td_free(s->all);
    td_free(s->same_y);
    td_free(s->same_x);
    td_free(s->id_y);
    td_free(s->id_x);
    td_free(s->size_y);
    td_free(s->size_x);
    td_free(s->tile);
    td_groups_free(&s->y);
    td_groups_free(&s->x);
}

static double sum_of(const double *row, size_t n_lanes) {
    td_lanes sum = {0};
    for (size_t j = 0; j < n_lanes; j += TD_LANES)
        sum += *td_lanes_at(row + j);
    return td_lanes_sum(&sum);
}

/* Of those whose id is that of row i. */
static double sum_of_same(const double *row, size_t n_lanes, const double *id, double mine) {
    typedef __typeof__((td_lanes){0} == (td_lanes){0}) mask;
    td_lanes sum = {0};
    for (size_t j = 0; j < n_lanes; j += TD_LANES) {
        mask same = *td_lanes_at(id + j) == mine;
        sum += (td_lanes)(same & (mask)*td_lanes_at(row + j));
    }
    return td_lanes_sum(&sum);
}

/* exp(rate (|t - f_i|^2 - |t - f_j|^2)), one row of a tile, added to the sums of draw i. */
static void add_row(struct samples *s, size_t i, size_t j0, size_t n_columns, double *row) {
    size_t n_lanes = (n_columns + TD_LANES - 1) / TD_LANES * TD_LANES;
    for (size_t j = 0; j < n_columns; ++j) {
        double x = s->rate * (s->mine[i] - row[j]);
        x = x < greatest_exponent ? x : greatest_exponent;
        row[j] = x > -greatest_exponent ? x : -greatest_exponent;
    }
    td_dvec_exp(n_columns, row, row);
    for (size_t j = n_columns; j < n_lanes; ++j)
        row[j] = 0;
    s->all[i] += sum_of(row, n_lanes);
    if (s->labelled)
        s->same_y[i] += sum_of_same(row, n_lanes, s->id_y + j0, s->id_y[i]);
    if (s->repeated)
        s->same_x[i] += sum_of_same(row, n_lanes, s->id_x + j0, s->id_x[i]);
}

/* Kernel sums of one draw for every row. */
static td_status propagate(struct samples *s, const struct noisy *p, size_t draw,
                           struct td_error *err) {
    struct td_distances distances;
    double sd = sqrt(p->variance) * s->scale;
    td_random_dnormal(td_stream_make((uint64_t)p->common.seed, "mi noise"), draw, 0, 0, s->n * s->d,
                      s->noise);
    for (size_t i = 0; i < s->n; ++i) {
        s->mine[i] = s->all[i] = s->same_y[i] = s->same_x[i] = 0;
        for (size_t c = i * s->d; c < (i + 1) * s->d; ++c) {
            s->drawn[c] = s->f[c] + sd * s->noise[c];
            double moved = s->drawn[c] - s->f[c]; /* after rounding: a row's own kernel is 1 */
            s->mine[i] += moved * moved;
        }
    }
    td_status status = td_distances_make(&distances, s->n, s->drawn, s->n, s->f, s->d, 1, err);
    if (!status && !s->tile) {
        s->tile = td_calloc(distances.tile_rows * TD_TILE_COLUMNS, sizeof *s->tile);
        status = s->tile ? TD_OK : td_fail_memory(err, TD_TILE_COLUMNS * sizeof *s->tile);
    }
    for (size_t i0 = 0; i0 < s->n && !status; i0 += distances.tile_rows)
        for (size_t j0 = 0; j0 < s->n; j0 += TD_TILE_COLUMNS) {
            size_t rows = s->n - i0 < distances.tile_rows ? s->n - i0 : distances.tile_rows;
            size_t columns = s->n - j0 < TD_TILE_COLUMNS ? s->n - j0 : TD_TILE_COLUMNS;
            td_distances_tile(&distances, i0, rows, j0, columns, s->tile);
            for (size_t r = 0; r < rows; ++r)
                add_row(s, i0 + r, j0, columns, s->tile + r * TD_TILE_COLUMNS);
        }
    td_distances_free(&distances);
    return status;
}

static double mean_of(size_t n, const struct td_spread *rows) {
    double sum = 0;
    for (size_t i = 0; i < n; ++i)
        sum += rows[i].mean;
    return sum / (double)n;
}

/* The rows are fixed: the error is what the draws of each row spread. */
static double error_of(size_t n, const struct td_spread *rows) {
    double sum = 0;
    for (size_t i = 0; i < n; ++i) {
        double e = td_spread_error(&rows[i]);
        sum += e * e;
    }
    return sqrt(sum) / (double)n;
}

static void add_draw(const struct samples *s, struct td_spread *x, struct td_spread *y) {
    double log_n = log((double)s->n);
    for (size_t i = 0; i < s->n; ++i) {
        double log_all = log(s->all[i]) - log_n;
        double given_x =
            s->repeated ? log(s->same_x[i] / s->size_x[s->x.of[i]]) : 0; /* own kernel: 1 */
        td_spread_add(&x[i], given_x - log_all);
        if (s->labelled)
            td_spread_add(&y[i], log(s->same_y[i] / s->size_y[s->y.of[i]]) - log_all);
    }
}

static td_status add_values(const struct noisy *p, const struct samples *s,
                            const struct td_spread *const rows[2], const char *degenerate,
                            struct td_values *out, struct td_error *err) {
    double z = gsl_cdf_ugaussian_Pinv(0.5 + TD_INTERVAL_LEVEL / 2);
    td_status status = TD_OK;
    for (size_t k = 0; k < OUTPUTS && !status; ++k) {
        char warning[TD_WARNING_MAX] = "";
        if (k >= Y && !s->labelled)
            continue;
        bool none = degenerate[0] != 0; /* 0 by definition, not but for rounding */
        double mean = none ? 0 : mean_of(s->n, rows[k / 2]);
        double error = none ? 0 : error_of(s->n, rows[k / 2]);
        td_mi_warn(warning, "%s", degenerate);
        if (s->n > 1 && mean_of(s->n, rows[0]) > 0.99 * log((double)s->n))
            td_mi_warn(warning, "ceiling: log N; all rows are told apart, more rows would give "
                                "more");
        bool is_error = k == X_ERROR || k == Y_ERROR;
        struct td_result result = {
            .name = outputs[k],
            .value = td_mi_from_nats(&p->common, is_error ? error : mean),
            .lo = is_error ? NAN : td_mi_from_nats(&p->common, mean - z * error),
            .hi = is_error ? NAN : td_mi_from_nats(&p->common, mean + z * error),
            .unit = td_mi_unit_names[p->common.unit],
            .warning = is_error ? "" : warning,
        };
        status = td_value_add(out, "mi-noisy", &result, err);
    }
    return status;
}

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct noisy *p = params;
    struct samples s = {0};
    struct td_spread *rows = NULL;
    char degenerate[TD_WARNING_MAX] = "";
    td_status status = td_check_rows(in, n_in, err);
    if (!status)
        status = make_samples(&s, p, in, n_in, err);
    if (!status) {
        rows = td_calloc(2 * in->n, sizeof *rows);
        status = rows ? TD_OK : td_fail_memory(err, 2 * in->n * sizeof *rows);
    }
    for (size_t draw = 0; draw < s.draws && !status; ++draw) {
        status = propagate(&s, p, draw, err);
        if (!status)
            add_draw(&s, rows, rows + in->n);
    }
    if (!status) {
        td_mi_warn_degenerate(degenerate, in);
        status = add_values(p, &s, (const struct td_spread *[]){rows, rows + in->n}, degenerate,
                            out, err);
    }
    td_free(rows);
    free_samples(&s);
    return status;
}

static const struct td_param table[] = {
    {.name = "variance",
     .type = TD_REAL,
     .offset = offsetof(struct noisy, variance),
     .initial = "1e-2",
     .min = 1e-300,
     .max = 1e300,
     .help = "Variance of the net's own Gaussian noise, in each unit"},
    {.name = "draws",
     .type = TD_INT,
     .offset = offsetof(struct noisy, draws),
     .initial = "8",
     .min = 2,
     .max = 1e6,
     .help = "Noise draws a row: the standard error falls as 1 / sqrt(draws)"},
    TD_MI_UNIT_PARAM(noisy),
    TD_MI_SEED_PARAM(noisy),
    {0}};

const struct td_measure td_measure_mi_noisy = {
    .kind = TD_KIND(
        "mi-noisy",
        "Information in a layer that really is noisy, T = f(x) + N(0, variance), by propagating "
        "samples: T's density is the mixture of Gaussians around the rows, and x = I(X;T), y = "
        "I(T;Y) are Monte Carlo means of log density ratios with their standard errors. Exact up "
        "to those for rows that are all the (equally likely) inputs; for rows that sample a larger "
        "population x is too low, at most log N. Intervals are of the Monte Carlo error alone. "
        "Equal rows without ids count as different inputs.",
        "Goldfeld et al. 2019, section 4", table, struct noisy),
    .min_in = 1,
    .max_in = 3,
    .in_help = "f: activations before the noise (n, d); if wanted, labels (n, 1) and ids of the "
               "inputs (n, any), equal rows being one input",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(draws n^2 d), memory O(n d)",
    .compute = compute,
};
