/* Text tables, as arrays and as a data set with classes. */
#include <stdbool.h>
#include <string.h>

#include "fuzz_file.h"
#include "numeric/array_file.h"
#include "sim/dataset.h"

static void as_array(const char *path) {
    struct td_array a;
    struct td_error err = {0};
    td_status status = td_array_read(path, &a, &err);
    if (status == TD_OK)
        td_array_check_finite(&a, path, &err);
    else if (!err.message[0] || a.v)
        abort();
    td_array_free(&a);
}

static void as_data(const char *path) {
    struct td_arena *arena = td_arena_create();
    struct td_error err = {0};
    const struct td_dataset *data = NULL;
    const char *pairs[] = {"path", path, "test_share", "0.5", "standardize", "feature", NULL};
    struct td_part part = {.kind = td_registry_find(&td_datas, "csv")};
    void *params = td_arena_alloc(arena, part.kind->params_size);
    if (td_params_from_text(part.kind->params, pairs, arena, params, part.kind->params_size, &err))
        abort();
    part.params = params;
    if (td_dataset_get(&part, 1, &data, &err) == TD_OK) {
        for (size_t i = 0; i < data->train.n; ++i)
            if (data->train.label[i] < 0 || (size_t)data->train.label[i] >= data->n_classes)
                abort();
        for (size_t i = 0; i < data->train.n * data->d; ++i)
            if (!(data->train.x[i] - data->train.x[i] == 0)) /* finite */
                abort();
    } else if (!err.message[0] || data) {
        abort();
    }
    td_dataset_release(data);
    td_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const others[] = {"\x93NUMPY", "PK", "\x89HDF"};
    for (size_t i = 0; i < 3; ++i)
        if (size >= strlen(others[i]) && memcmp(data, others[i], strlen(others[i])) == 0)
            return -1;
    struct fuzz_file f = fuzz_file_make(data, size);
    as_array(f.path);
    as_data(f.path);
    fuzz_file_close(&f);
    return 0;
}
