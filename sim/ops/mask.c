#include "sim/ops/mask.h"

#include <math.h>

void td_mask_draw(const struct td_run *run, uint32_t layer, double rate, size_t n, real *mask) {
    enum { BLOCK = 1024 };
    uint32_t bits[BLOCK];
    const uint32_t limit = (uint32_t)fmin(rate * 0x1p32, UINT32_MAX);
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t len = n - at < BLOCK ? n - at : BLOCK;
        td_random_bits(run->dropout, run->step, layer, at, len, bits);
        for (size_t i = 0; i < len; i++)
            mask[at + i] = bits[i] < limit ? 0 : 1;
    }
}

td_status td_mask_check_rate(double rate, struct td_error *err) {
    if (rate >= 0 && rate < 1)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT, "rate is %g: it must be in [0, 1)", rate);
}
