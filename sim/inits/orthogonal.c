#include <string.h>

#include "numeric/linalg.h"
#include "numeric/memory.h"
#include "numeric/param.h"
#include "sim/init.h"

struct orthogonal {
    double gain;
};

static const struct td_param table[] = {{.name = "gain",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct orthogonal, gain),
                                         .initial = "1",
                                         .min = 0,
                                         .max = 1e6,
                                         .help = "all singular values"},
                                        {0}};

/* W is the Q of a Gaussian matrix (long, short), transposed if W is wide: Haar distributed. */
static td_status draw(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err) {
    (void)fan_in;
    (void)fan_out;
    const double gain = ((const struct orthogonal *)params)->gain;
    const bool wide = cols > rows;
    const size_t m = wide ? cols : rows, n = wide ? rows : cols;
    double *gaussian = td_calloc(m * n, sizeof *gaussian), *q = td_calloc(m * n, sizeof *q);
    td_status status = TD_OK;
    if (!gaussian || !q)
        status = td_fail_memory(err, m * n * sizeof *q);
    if (!status) {
        td_random_dnormal(stream, 0, layer, 0, m * n, gaussian);
        status = td_qr(m, n, gaussian, q, NULL, err);
    }
    if (!status)
        for (size_t r = 0; r < rows; r++)
            for (size_t c = 0; c < cols; c++)
                w[r * cols + c] = (real)(gain * (wide ? q[c * n + r] : q[r * n + c]));
    td_free(gaussian);
    td_free(q);
    return status;
}

extern const struct td_init td_init_orthogonal;
const struct td_init td_init_orthogonal = {
    .kind = TD_KIND("orthogonal",
                    "gain times a uniformly random orthogonal matrix: orthonormal columns, or rows "
                    "if there are fewer rows.",
                    "Saxe, McClelland and Ganguli 2014", table, struct orthogonal),
    .draw = draw,
};
