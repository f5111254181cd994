/* What the running task has emitted so far: values and arrays in order of arrival, names stored
   once, each (measure, site, step) once. Bounded, so that a runaway task fails instead of taking
   the machine with it. */
#ifndef TD_SWEEP_TASK_VALUES_H
#define TD_SWEEP_TASK_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/memory.h"
#include "sweep/record.h"

enum { TD_TASK_VALUES_MAX = 8 * 1024 * 1024 };    /* values plus arrays of one task */
#define TD_TASK_ARRAY_BYTES_MAX ((size_t)1 << 29) /* all arrays of one task together */

struct td_task_values {
    struct td_arena *arena; /* names and array contents */
    size_t n_values, n_arrays;
    struct td_record_value *values;
    struct td_record_array *arrays;
    /* Of these the first came from a checkpoint: a task that goes on may emit them again, bit for
       bit the same. */
    size_t n_restored_values, n_restored_arrays;
    size_t array_bytes;
    size_t values_capacity, arrays_capacity;
    uint32_t *keys; /* hash set over (measure, site, step): 1 + place of the entry */
    size_t keys_capacity;
    const char **names; /* hash set of the names in use */
    size_t n_names, names_capacity;
};

td_status td_task_values_init(struct td_task_values *v, struct td_error *err);
void td_task_values_free(struct td_task_values *v);
/* Empties it for the next task; keeps modest memory. */
td_status td_task_values_reset(struct td_task_values *v, struct td_error *err);

/* Adds one value or array, copied. NaN becomes the one NaN that prints as "nan"; a value that is
   not finite carries "nonfinite" in its flag. TD_FAILED: emitted twice, or over the bounds.
   *differs (may be NULL): set if a restored entry came again with other contents. */
td_status td_task_values_add(struct td_task_values *v, const char *measure, const char *site,
                             int64_t step, double value, const char *flag, bool *differs,
                             struct td_error *err);
td_status td_task_values_add_array(struct td_task_values *v, const char *measure, const char *site,
                                   int64_t step, size_t ndim, const size_t *shape, const double *x,
                                   bool *differs, struct td_error *err);
/* Marks everything in it as restored from a checkpoint. */
void td_task_values_mark_restored(struct td_task_values *v);

#endif
