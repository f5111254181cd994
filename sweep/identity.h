/* Names of trajectories: hashes over everything that their bytes depend on. */
#ifndef TD_SWEEP_IDENTITY_H
#define TD_SWEEP_IDENTITY_H

#include <stdint.h>

#include <xxhash.h>

#include "sweep/plan.h"

/* Starts a name: recipe, version, and the settings that have none of the flags `without`. */
void td_identity_begin(XXH3_state_t *state, const char *recipe, unsigned version,
                       const struct td_settings *settings, unsigned without);
/* Ends it with the seed; returns 64 bits of the name. */
uint64_t td_identity_end(XXH3_state_t *state, uint64_t seed, char name[TD_ID_CHARS + 1]);

/* Hash of the settings that say what is observed. */
uint64_t td_identity_observed(XXH3_state_t *state, const struct td_settings *settings);

/* What runs of one trajectory that differ only in length, or in what is observed, have in common.
 */
td_status td_lineage(const char *recipe, unsigned version, const struct td_settings *settings,
                     uint64_t seed, char lineage[TD_ID_CHARS + 1], struct td_error *err);

#endif
