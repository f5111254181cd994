#include <math.h>
#include <stdio.h>

#include "measure/singular.h"
#include "measure/support.h"
#include "numeric/memory.h"

struct singular {
    int64_t top;
};

static td_status compute(const void *params, const struct td_matrix *in, size_t n_in,
                         struct td_values *out, struct td_error *err) {
    const struct singular *p = params;
    td_status status = td_check_rows(in, n_in, err);
    if (status)
        return status;
    size_t k = in->n < in->d ? in->n : in->d, top = (size_t)p->top;
    double *s = td_calloc(k, sizeof *s), scale = 1;
    if (!s)
        return td_fail_memory(err, k * sizeof *s);
    status = td_scaled_svd(in, s, NULL, &scale, err);
    for (size_t i = 0; i < k && i < top && !status; ++i) {
        char name[32];
        snprintf(name, sizeof name, "s.%zu", i + 1);
        status = td_value_add(
            out, "singular-values",
            &(struct td_result){.name = name, .value = s[i] / scale, .lo = NAN, .hi = NAN}, err);
    }
    td_free(s);
    return status;
}

static const struct td_param table[] = {
    {.name = "top",
     .type = TD_INT,
     .offset = offsetof(struct singular, top),
     .initial = "10",
     .min = 1,
     .max = 4096,
     .help = "How many, from the largest on; fewer if the matrix has fewer"},
    {0}};

static const char *const outputs[] = {"s", NULL};

const struct td_measure td_measure_singular_values = {
    .kind = TD_KIND("singular-values",
                    "The largest singular values of a matrix, in descending order: s.1, s.2, ... "
                    "Nothing is centred.",
                    "", table, struct singular),
    .min_in = 1,
    .max_in = 1,
    .in_help = "w: a matrix (n, d)",
    .outputs = outputs,
    .unit = "",
    .complexity = "O(n d min(n, d))",
    .compute = compute,
};
