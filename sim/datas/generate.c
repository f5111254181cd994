#include "sim/datas/generate.h"

#include <string.h>

td_status td_generate(const struct td_data_common *common, const void *params, const void *world,
                      uint64_t seed, td_draw_fn *draw, struct td_dataset *out,
                      struct td_error *err) {
    struct td_stream stream = td_stream_make(seed, "data");
    td_status status =
        td_split_alloc(&out->train, (size_t)common->train, out->d, out->n_targets, err);
    if (!status)
        status = td_split_alloc(&out->test, (size_t)common->test, out->d, out->n_targets, err);
    if (!status)
        status = draw(params, world, stream, TD_DRAW_TRAIN, out, &out->train, err);
    if (!status && out->test.n)
        status = draw(params, world, stream, TD_DRAW_TEST, out, &out->test, err);
    if (!status)
        status = td_dataset_finish(out, common->standardize, err);
    if (status)
        td_dataset_free(out);
    return status;
}

td_status td_add_noise(struct td_stream stream, enum td_draw part, uint32_t layer, double sd,
                       size_t n, real *x, struct td_error *err) {
    enum { BLOCK = 1024 };
    double z[BLOCK];
    if (sd == 0)
        return TD_OK;
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t m = n - first < BLOCK ? n - first : BLOCK;
        td_random_dnormal(stream, part, layer, first, m, z);
        for (size_t i = 0; i < m; ++i) {
            td_status status = td_to_real((double)x[first + i] + sd * z[i], "generated data",
                                          first + i, 0, &x[first + i], err);
            if (status)
                return status;
        }
    }
    return TD_OK;
}
