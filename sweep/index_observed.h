/* What two records of one trajectory were asked to measure. */
#ifndef TD_SWEEP_INDEX_OBSERVED_H
#define TD_SWEEP_INDEX_OBSERVED_H

#include <stdbool.h>

#include "numeric/param.h"

/* Whether everything that `a` asked to measure is asked by `b` too, with equal settings: list items
   (measure.0.kind, measure.0.at, ...) count as wholes wherever they stand in the list. Only then
   must what `a` measured be among what `b` measured; a measure with other settings is another
   measure under the same name. false also if memory is short. */
bool td_observed_within(const struct td_settings *a, const struct td_settings *b);

#endif
