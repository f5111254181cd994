/* Generated data sets: both parts are drawn sample by sample from streams of the seed, so that the
   first samples do not depend on how many are asked for. */
#ifndef TD_SIM_DATAS_GENERATE_H
#define TD_SIM_DATAS_GENERATE_H

#include "numeric/random.h"
#include "sim/datas/prepare.h"

/* Steps of the stream (seed, "data"): what a draw is for. */
enum td_draw { TD_DRAW_WORLD = 0, TD_DRAW_TRAIN = 1, TD_DRAW_TEST = 2 };

/* Draws samples [0, split->n): fills x and label or target. `part` is the step of the stream for
   this split; layers number independent draws. */
typedef td_status td_draw_fn(const void *params, const void *world, struct td_stream stream,
                             enum td_draw part, const struct td_dataset *data,
                             struct td_split *split, struct td_error *err);

/* Allocates both parts of out (d, n_classes, n_targets are set), draws and finishes them. On error
 *out is empty. */
td_status td_generate(const struct td_data_common *common, const void *params, const void *world,
                      uint64_t seed, td_draw_fn *draw, struct td_dataset *out,
                      struct td_error *err);

/* n standard normal numbers times `sd`, added to x in double: elements [0, n) of (part, layer). */
td_status td_add_noise(struct td_stream stream, enum td_draw part, uint32_t layer, double sd,
                       size_t n, real *x, struct td_error *err);

#endif
