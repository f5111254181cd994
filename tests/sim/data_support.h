/* Data sets in tests: loaded from text parameters, refused with a reason, from a scratch folder. */
#ifndef TESTS_SIM_DATA_SUPPORT_H
#define TESTS_SIM_DATA_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numeric/array_file.h"
#include "sim/dataset.h"

#define FOLDER TDYN_SOURCE_DIR "/tests/sim/data/"

static char scratch[] = "/tmp/tdyn-data-XXXXXX";
static char scratch_file[64], scratch_other[64];

static inline int make_scratch(void **state) {
    (void)state;
    if (!mkdtemp(scratch))
        return -1;
    snprintf(scratch_file, sizeof scratch_file, "%s/file", scratch);
    snprintf(scratch_other, sizeof scratch_other, "%s/other", scratch);
    return 0;
}

static inline int remove_scratch(void **state) {
    (void)state;
    unlink(scratch_file);
    unlink(scratch_other);
    return rmdir(scratch);
}

static inline const char *put(const char *path, const void *bytes, size_t n) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path;
}

static inline const char *put_text(const char *text) {
    return put(scratch_file, text, strlen(text));
}

/* A part of the given kind; parameters as text pairs ending in NULL. */
static inline td_status load(const char *kind, const char *const *pairs, uint64_t seed,
                             const struct td_dataset **out, struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    struct td_part part = {.kind = td_registry_find(&td_datas, kind)};
    assert_non_null(part.kind);
    void *params = td_arena_alloc(arena, part.kind->params_size);
    td_status status =
        td_params_from_text(part.kind->params, pairs, arena, params, part.kind->params_size, err);
    part.params = params;
    if (!status)
        status = td_dataset_get(&part, seed, out, err);
    td_arena_free(arena);
    return status;
}

static inline const struct td_dataset *loaded(const char *kind, const char *const *pairs,
                                              uint64_t seed) {
    struct td_error err = {0};
    const struct td_dataset *data = NULL;
    if (load(kind, pairs, seed, &data, &err) != TD_OK)
        fail_msg("%s: %s", kind, err.message);
    assert_non_null(data);
    return data;
}

/* Refused as bad input with a message that holds all texts. */
static inline void refused(const char *kind, const char *const *pairs, const char *const *texts) {
    struct td_error err = {0};
    const struct td_dataset *data = NULL;
    assert_int_equal(load(kind, pairs, 1, &data, &err), TD_BAD_INPUT);
    assert_null(data);
    for (; *texts; ++texts)
        if (!strstr(err.message, *texts))
            fail_msg("\"%s\" does not mention \"%s\"", err.message, *texts);
}
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline void near(double got, double want, double margin) {
    if (!(fabs(got - want) <= margin))
        fail_msg("%.17g, expected %.17g +- %.3g", got, want, margin);
}

#endif
