/* Measures: pure functions of arrays. They know nothing of networks or training: the training loop
   hands them probed tensors, `tdyn measure` hands them files. All compute in double. */
#ifndef TD_MEASURE_MEASURE_H
#define TD_MEASURE_MEASURE_H

#include <stddef.h>

#include "numeric/kind.h"
#include "numeric/param.h"

enum { TD_MEASURE_INPUTS = 4, TD_WARNING_MAX = 160 };

/* An input array, row-major, samples as rows: (n, d), or (n) as (n, 1). Finite on entry. */
struct td_matrix {
    size_t n, d;
    const double *v;
    const char *name; /* for messages: file or site */
};

struct td_value {
    const char *name; /* which output of the measure; "" for its only one */
    double value;
    double lo, hi;                /* interval, or NaN where none exists */
    const char *unit;             /* "bits", "nats", "" */
    char warning[TD_WARNING_MAX]; /* "" or why the number cannot be trusted */
};
/* Collects what a measure returns; the sink copies. */
struct td_values {
    void (*add)(struct td_values *self, const struct td_value *value);
};

struct td_measure {
    struct td_kind kind;
    size_t min_in, max_in;      /* number of arrays */
    const char *in_help;        /* "x: activations (n, d)" */
    const char *const *outputs; /* names of the values, NULL-terminated; {"", NULL} for one; those
                                   that come in numbers by their stem: "s" for "s.1", "s.2", ... */
    const char *unit;           /* common unit, "" if it differs by output */
    const char *complexity;     /* "O(n d)" */
    /* TD_BAD_INPUT with a message that names the array and what is allowed for shapes that make no
       sense; degenerate data (constant, one sample) is a documented value with a warning. */
    td_status (*compute)(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err);
};
extern struct td_registry td_measures;

#endif
