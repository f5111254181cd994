/* Text tables with a class column: refused with a message, or finite features and labels in
   range. */
#include <stdbool.h>
#include <string.h>

#include "fuzz_file.h"
#include "sim/dataset.h"

static void check_split(const struct td_split *split, const struct td_dataset *data) {
    for (size_t i = 0; i < split->n; ++i)
        if (split->label[i] < 0 || (size_t)split->label[i] >= data->n_classes)
            abort();
    for (size_t i = 0; i < split->n * data->d; ++i)
        if (!(split->x[i] - split->x[i] == 0)) /* finite */
            abort();
}

static void load(const char *const *pairs) {
    struct td_arena *arena = td_arena_create();
    struct td_error err = {0};
    const struct td_dataset *data = NULL;
    struct td_part part = {.kind = td_registry_find(&td_datas, "tabular")};
    void *params = td_arena_alloc(arena, part.kind->params_size);
    if (td_params_from_text(part.kind->params, pairs, arena, params, part.kind->params_size, &err))
        abort();
    part.params = params;
    if (td_dataset_get(&part, 1, &data, &err) == TD_OK) {
        if (data->train.n == 0 || data->d == 0 || data->n_classes < 2)
            abort();
        check_split(&data->train, data);
        check_split(&data->validation, data);
        check_split(&data->test, data);
    } else if (!err.message[0] || data) {
        abort();
    }
    td_dataset_release(data);
    td_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_file f = fuzz_file_make(data, size);
    load((const char *[]){"path", f.path, "folds", "2", "fold", "2", NULL});
    load((const char *[]){"path", f.path, "folds", "1", "validation_share", "0", "target", "0",
                          "categorical", "[1]", "missing", "[x]", "rows", "7", NULL});
    fuzz_file_close(&f);
    return 0;
}
