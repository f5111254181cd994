#include "numeric/param.h"
#include "sim/init.h"

struct constant {
    double value;
};

static const struct td_param table[] = {{.name = "value",
                                         .type = TD_REAL,
                                         .offset = offsetof(struct constant, value),
                                         .initial = "0",
                                         .help = "of every element"},
                                        {0}};

static void fill(double value, size_t n, real *w) {
    for (size_t i = 0; i < n; i++)
        w[i] = (real)value;
}

static td_status draw(const void *params, size_t rows, size_t cols, double fan_in, double fan_out,
                      struct td_stream stream, uint32_t layer, real *w, struct td_error *err) {
    (void)fan_in;
    (void)fan_out;
    (void)stream;
    (void)layer;
    (void)err;
    fill(params ? ((const struct constant *)params)->value : 0, rows * cols, w);
    return TD_OK;
}

extern const struct td_init td_init_constant, td_init_zeros;
const struct td_init td_init_constant = {
    .kind = TD_KIND("constant", "Every element the same value.", "", table, struct constant),
    .draw = draw,
};
const struct td_init td_init_zeros = {
    .kind = TD_KIND_PLAIN("zeros", "Every element 0.", ""),
    .draw = draw,
};
