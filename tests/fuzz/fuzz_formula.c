/* Any text as a formula: refused with a column, or a program that stays within its bounds, whose
   values in real and double agree on what is NaN free, and whose kinks are finite and ascending. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void evaluate(const struct td_formula *f) {
    enum { N = 37 };
    real x[N], y[N], dy[N], again[1];
    for (int i = 0; i < N; i++) {
        x[i] = (real)(i - 18) * (real)0.37;
        dy[i] = 1;
    }
    x[0] = (real)NAN;
    x[1] = (real)INFINITY;
    td_formula_values(f, N, x, y);
    td_formula_gradients(f, N, x, dy, dy);
    for (int i = 2; i < N; i++) {
        td_formula_values(f, 1, x + i, again);
        if (memcmp(again, y + i, sizeof *y) && !isnan(y[i]))
            abort();
    }
    if (!isnan(td_formula_slope(f, NAN)) || !isnan(dy[0]))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const double constants[TD_FORMULA_CONSTANTS] = {1.5, -2, 0};
    struct td_formula f;
    struct td_error err = {0};
    double kinks[16];
    char *text = calloc(size + 1, 1);
    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    if (td_formula_compile(text, constants, &f, &err)) {
        if (err.status != TD_BAD_INPUT || !err.message[0])
            abort();
    } else {
        if (f.n > TD_FORMULA_OPS || td_formula_compile(text, NULL, &f, &err) ||
            td_formula_compile(text, constants, &f, &err))
            abort();
        evaluate(&f);
        size_t n = td_formula_kinks(&f, 16, kinks);
        for (size_t i = 0; i < n; i++)
            if (!isfinite(kinks[i]) || (i && kinks[i] <= kinks[i - 1]))
                abort();
    }
    free(text);
    return 0;
}
