#include "sweep/task_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

enum { KEPT_ENTRIES = 4096, FLAG_MAX = 512 };

td_status td_task_values_init(struct td_task_values *v, struct td_error *err) {
    memset(v, 0, sizeof *v);
    v->arena = td_arena_create();
    return v->arena ? TD_OK : td_fail_memory(err, sizeof(void *));
}

void td_task_values_free(struct td_task_values *v) {
    td_arena_free(v->arena);
    free(v->values);
    free(v->arrays);
    free(v->keys);
    free(v->names);
    memset(v, 0, sizeof *v);
}

td_status td_task_values_reset(struct td_task_values *v, struct td_error *err) {
    if (v->keys_capacity > KEPT_ENTRIES || v->values_capacity > KEPT_ENTRIES ||
        v->arrays_capacity > KEPT_ENTRIES || v->names_capacity > KEPT_ENTRIES) {
        td_task_values_free(v);
        return td_task_values_init(v, err);
    }
    td_arena_free(v->arena);
    v->arena = td_arena_create();
    if (v->keys)
        memset(v->keys, 0, v->keys_capacity * sizeof *v->keys);
    if (v->names)
        memset(v->names, 0, v->names_capacity * sizeof *v->names);
    v->n_values = v->n_arrays = v->n_names = 0;
    v->n_restored_values = v->n_restored_arrays = v->array_bytes = 0;
    return v->arena ? TD_OK : td_fail_memory(err, sizeof(void *));
}

/* `old`, or its contents moved to where one more than n elements fit; NULL: no memory, `old` stays.
 */
static void *room_for_one(void *old, size_t n, size_t *capacity, size_t size) {
    if (n < *capacity)
        return old;
    size_t wanted = *capacity ? 2 * *capacity : 64;
    void *bigger = realloc(old, wanted * size);
    if (bigger)
        *capacity = wanted;
    return bigger;
}

/* ---- names, stored once: equal names have equal pointers ---- */

static td_status grow_names(struct td_task_values *v, struct td_error *err) {
    if (2 * v->n_names < v->names_capacity)
        return TD_OK;
    size_t capacity = v->names_capacity ? 2 * v->names_capacity : 64;
    const char **names = calloc(capacity, sizeof *names);
    if (!names)
        return td_fail_memory(err, capacity * sizeof *names);
    for (size_t i = 0; i < v->names_capacity; i++)
        if (v->names[i]) {
            size_t at = XXH3_64bits(v->names[i], strlen(v->names[i])) & (capacity - 1);
            while (names[at])
                at = (at + 1) & (capacity - 1);
            names[at] = v->names[i];
        }
    free(v->names);
    v->names = names;
    v->names_capacity = capacity;
    return TD_OK;
}

static td_status store_name(struct td_task_values *v, const char *name, const char **out,
                            struct td_error *err) {
    td_status status = grow_names(v, err);
    if (status)
        return status;
    size_t length = strlen(name), at = XXH3_64bits(name, length) & (v->names_capacity - 1);
    for (; v->names[at]; at = (at + 1) & (v->names_capacity - 1))
        if (!strcmp(v->names[at], name)) {
            *out = v->names[at];
            return TD_OK;
        }
    *out = v->names[at] = td_arena_strdup(v->arena, name);
    if (!*out)
        return td_fail_memory(err, length + 1);
    v->n_names++;
    return TD_OK;
}

/* ---- keys: (measure, site, step), values and arrays in one space ---- */

struct key {
    const char *measure, *site; /* stored names */
    int64_t step;
};

static size_t key_hash(struct key key) {
    return XXH3_64bits(&key, sizeof key);
}

/* Entries are numbered by arrival among their kind: value i is 2 i, array i is 2 i + 1. */
static struct key entry_key(const struct td_task_values *v, size_t entry) {
    if (entry & 1) {
        const struct td_record_array *a = &v->arrays[entry / 2];
        return (struct key){a->measure, a->site, a->step};
    }
    const struct td_record_value *value = &v->values[entry / 2];
    return (struct key){value->measure, value->site, value->step};
}

static size_t key_place(const struct td_task_values *v, const uint32_t *keys, size_t capacity,
                        struct key key) {
    size_t at = key_hash(key) & (capacity - 1);
    for (; keys[at]; at = (at + 1) & (capacity - 1)) {
        struct key other = entry_key(v, keys[at] - 1);
        if (other.measure == key.measure && other.site == key.site && other.step == key.step)
            break;
    }
    return at;
}

static td_status grow_keys(struct td_task_values *v, struct td_error *err) {
    if (2 * (v->n_values + v->n_arrays) < v->keys_capacity)
        return TD_OK;
    size_t capacity = v->keys_capacity ? 2 * v->keys_capacity : 256;
    uint32_t *keys = calloc(capacity, sizeof *keys);
    if (!keys)
        return td_fail_memory(err, capacity * sizeof *keys);
    for (size_t i = 0; i < v->keys_capacity; i++)
        if (v->keys[i])
            keys[key_place(v, keys, capacity, entry_key(v, v->keys[i] - 1))] = v->keys[i];
    free(v->keys);
    v->keys = keys;
    v->keys_capacity = capacity;
    return TD_OK;
}

/* Checks and stores the names, makes room, and finds the key's place in v->keys. */
static td_status prepare(struct td_task_values *v, const char *measure, const char *site,
                         int64_t step, struct key *key, size_t *at, struct td_error *err) {
    if (!measure || !*measure)
        return td_fail(err, TD_FAILED, "a value without a measure's name was emitted");
    site = site ? site : "";
    if (strlen(measure) >= TD_SITE_MAX || strlen(site) >= TD_SITE_MAX)
        return td_fail(err, TD_FAILED,
                       "names of measures and sites have at most %d characters: "
                       "%.80s at %.80s",
                       TD_SITE_MAX - 1, measure, site);
    if (v->n_values + v->n_arrays >= TD_TASK_VALUES_MAX)
        return td_fail(err, TD_FAILED, "the task emitted more than %d values", TD_TASK_VALUES_MAX);
    memset(key, 0, sizeof *key);
    key->step = step;
    td_status status = store_name(v, measure, &key->measure, err);
    if (!status)
        status = store_name(v, site, &key->site, err);
    if (!status)
        status = grow_keys(v, err);
    if (!status)
        *at = key_place(v, v->keys, v->keys_capacity, *key);
    return status;
}

static td_status fail_twice(struct key key, bool restored, bool *differs, struct td_error *err) {
    if (restored && differs)
        *differs = true;
    return td_fail(err, TD_FAILED, "%s%s%s at step %lld was emitted twice%s", key.measure,
                   *key.site ? " of " : "", key.site, (long long)key.step,
                   restored ? ", with another value than before the task was interrupted" : "");
}

/* ---- values ---- */

static double one_nan(double x) {
    return isnan(x) ? (double)NAN : x;
}

static bool same_bits(double a, double b) {
    return !memcmp(&a, &b, sizeof a);
}

/* A value that is not finite says so, once, before any warning of its own. */
static void complete_flag(double value, const char *flag, char out[FLAG_MAX]) {
    static const char nonfinite[] = "nonfinite";
    flag = flag ? flag : "";
    bool says_so = !strncmp(flag, nonfinite, strlen(nonfinite));
    if (isfinite(value) || says_so)
        snprintf(out, FLAG_MAX, "%s", flag);
    else
        snprintf(out, FLAG_MAX, "%s%s%s", nonfinite, *flag ? "; " : "", flag);
}

td_status td_task_values_add(struct td_task_values *v, const char *measure, const char *site,
                             int64_t step, double value, const char *flag, bool *differs,
                             struct td_error *err) {
    struct key key;
    size_t at = 0;
    td_status status = prepare(v, measure, site, step, &key, &at, err);
    if (status)
        return status;
    char flags[FLAG_MAX];
    complete_flag(value, flag, flags);
    value = one_nan(value);
    if (v->keys[at]) {
        size_t entry = v->keys[at] - 1, i = entry / 2;
        bool restored = !(entry & 1) && i < v->n_restored_values;
        if (restored && same_bits(v->values[i].value, value) && !strcmp(v->values[i].flag, flags))
            return TD_OK;
        return fail_twice(key, restored, differs, err);
    }
    const char *stored_flag;
    status = store_name(v, flags, &stored_flag, err);
    if (status)
        return status;
    void *values = room_for_one(v->values, v->n_values, &v->values_capacity, sizeof *v->values);
    if (!values)
        return td_fail_memory(err, 2 * v->values_capacity * sizeof *v->values);
    v->values = values;
    v->values[v->n_values] =
        (struct td_record_value){key.measure, key.site, stored_flag, step, value};
    v->keys[at] = (uint32_t)(2 * v->n_values + 1);
    v->n_values++;
    return TD_OK;
}

/* ---- arrays ---- */

static td_status fail_arrays(const char *measure, struct td_error *err) {
    return td_fail(err, TD_FAILED, "the task's arrays need more than %zu MiB (at %s)",
                   TD_TASK_ARRAY_BYTES_MAX >> 20, measure);
}

static td_status count_elements(const char *measure, size_t ndim, const size_t *shape,
                                size_t *count, struct td_error *err) {
    *count = 1;
    if (ndim < 1 || ndim > TD_ARRAY_DIMS)
        return td_fail(err, TD_FAILED, "array %s has %zu dimensions; 1 to %d are allowed", measure,
                       ndim, TD_ARRAY_DIMS);
    for (size_t d = 0; d < ndim; d++)
        if (!td_mul(*count, shape[d], count) || *count > TD_TASK_ARRAY_BYTES_MAX / sizeof(double))
            return fail_arrays(measure, err);
    return TD_OK;
}

static bool same_array(const struct td_record_array *a, size_t ndim, const size_t *shape,
                       size_t count, const double *x) {
    if (a->ndim != ndim || memcmp(a->shape, shape, ndim * sizeof *shape))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!same_bits(a->v[i], one_nan(x[i])))
            return false;
    return true;
}

static td_status append_array(struct td_task_values *v, struct key key, size_t at, size_t ndim,
                              const size_t *shape, size_t count, const double *x,
                              struct td_error *err) {
    if (count * sizeof *x > TD_TASK_ARRAY_BYTES_MAX - v->array_bytes)
        return fail_arrays(key.measure, err);
    void *arrays = room_for_one(v->arrays, v->n_arrays, &v->arrays_capacity, sizeof *v->arrays);
    if (!arrays)
        return td_fail_memory(err, 2 * v->arrays_capacity * sizeof *v->arrays);
    v->arrays = arrays;
    double *copy = td_arena_alloc(v->arena, count ? count * sizeof *copy : sizeof *copy);
    if (!copy)
        return td_fail_memory(err, count * sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = one_nan(x[i]);
    struct td_record_array *a = &v->arrays[v->n_arrays];
    *a = (struct td_record_array){
        .measure = key.measure, .site = key.site, .step = key.step, .ndim = ndim, .v = copy};
    memcpy(a->shape, shape, ndim * sizeof *shape);
    v->keys[at] = (uint32_t)(2 * v->n_arrays + 2);
    v->n_arrays++;
    v->array_bytes += count * sizeof *copy;
    return TD_OK;
}

td_status td_task_values_add_array(struct td_task_values *v, const char *measure, const char *site,
                                   int64_t step, size_t ndim, const size_t *shape, const double *x,
                                   bool *differs, struct td_error *err) {
    struct key key;
    size_t at = 0, count = 0;
    td_status status = count_elements(measure, ndim, shape, &count, err);
    if (!status)
        status = prepare(v, measure, site, step, &key, &at, err);
    if (status)
        return status;
    if (v->keys[at]) {
        size_t entry = v->keys[at] - 1, i = entry / 2;
        bool restored = (entry & 1) && i < v->n_restored_arrays;
        if (restored && same_array(&v->arrays[i], ndim, shape, count, x))
            return TD_OK;
        return fail_twice(key, restored, differs, err);
    }
    return append_array(v, key, at, ndim, shape, count, x, err);
}

void td_task_values_mark_restored(struct td_task_values *v) {
    v->n_restored_values = v->n_values;
    v->n_restored_arrays = v->n_arrays;
}
