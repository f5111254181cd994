#include <stdio.h>
#include <string.h>

#include "numeric/array_file.h"
#include "sim/datas/prepare.h"

enum task { TASK_CLASSES, TASK_REGRESSION };
static const char *const task_names[] = {"classes", "regression", NULL};

struct npy {
    const char *x, *y, *test_x, *test_y;
    int task;
    double test_share, validation_share;
    struct td_data_common common;
};

struct pair {
    struct td_array x, y;
    const char *x_name, *y_name;
};

static void pair_free(struct pair *p) {
    td_array_free(&p->x);
    td_array_free(&p->y);
}

static td_status pair_read(struct pair *p, bool classes, struct td_error *err) {
    td_status status = td_array_read(p->x_name, &p->x, err);
    if (!status)
        status = td_array_read(p->y_name, &p->y, err);
    if (status)
        return status;
    size_t n = td_array_rows(&p->x), m = td_array_rows(&p->y);
    if (n != m)
        return td_fail(err, TD_BAD_INPUT, "%s has %zu rows, %s has %zu: rows are samples",
                       p->x_name, n, p->y_name, m);
    if (classes && td_array_columns(&p->y) != 1)
        return td_fail(err, TD_BAD_INPUT,
                       "%s has %zu columns; classes are one column (task regression?)", p->y_name,
                       td_array_columns(&p->y));
    return TD_OK;
}

/* Rows `rows` of the pair into a new split. */
static td_status fill(const struct pair *p, const uint32_t *rows, size_t n, bool classes,
                      struct td_dataset *data, struct td_split *out, struct td_error *err) {
    size_t d = data->d, k = td_array_columns(&p->y);
    td_status status = td_split_alloc(out, n, d, data->n_targets, err);
    for (size_t i = 0; i < n && !status; ++i) {
        size_t row = rows[i];
        for (size_t j = 0; j < d && !status; ++j)
            status = td_to_real(p->x.v[row * d + j], p->x_name, row, j, &out->x[i * d + j], err);
        for (size_t j = 0; j < k && !status && !classes; ++j)
            status =
                td_to_real(p->y.v[row * k + j], p->y_name, row, j, &out->target[i * k + j], err);
        if (!status && classes) {
            status = td_to_label(p->y.v[row], p->y_name, row, &out->label[i], err);
            if (!status && (size_t)out->label[i] >= data->n_classes)
                data->n_classes = (size_t)out->label[i] + 1;
        }
    }
    return status;
}

static td_status check_pairs(const struct pair *train, const struct pair *test,
                             struct td_error *err) {
    if (td_array_columns(&train->x) != td_array_columns(&test->x) ||
        td_array_columns(&train->y) != td_array_columns(&test->y))
        return td_fail(err, TD_BAD_INPUT,
                       "training data have %zu features and %zu targets, test data %zu and %zu",
                       td_array_columns(&train->x), td_array_columns(&train->y),
                       td_array_columns(&test->x), td_array_columns(&test->y));
    return TD_OK;
}

static td_status build(const struct npy *p, const struct pair *train, const struct pair *test,
                       uint64_t seed, struct td_dataset *out, struct td_error *err) {
    bool classes = p->task == TASK_CLASSES, has_test = test->x.v != NULL;
    struct td_rows rows = {0}, test_rows = {0};
    struct td_data_common test_common = {.train = p->common.test};
    out->d = td_array_columns(&train->x);
    out->n_targets = classes ? 0 : td_array_columns(&train->y);
    const struct td_shares shares = {has_test ? 0 : p->test_share, p->validation_share};
    td_status status =
        td_rows_split(td_array_rows(&train->x), shares, &p->common, seed, &rows, err);
    if (!status)
        status = fill(train, rows.train, rows.n_train, classes, out, &out->train, err);
    if (!status)
        status =
            fill(train, rows.validation, rows.n_validation, classes, out, &out->validation, err);
    if (!status && !has_test)
        status = fill(train, rows.test, rows.n_test, classes, out, &out->test, err);
    if (!status && has_test)
        status = check_pairs(train, test, err);
    if (!status && has_test)
        status = td_rows_split(td_array_rows(&test->x), (struct td_shares){0}, &test_common, seed,
                               &test_rows, err);
    if (!status && has_test)
        status = fill(test, test_rows.train, test_rows.n_train, classes, out, &out->test, err);
    if (!status)
        status = td_dataset_finish(out, p->common.standardize, err);
    td_rows_free(&rows);
    td_rows_free(&test_rows);
    return status;
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct npy *p = params;
    struct pair train = {.x_name = p->x, .y_name = p->y},
                test = {.x_name = p->test_x, .y_name = p->test_y};
    memset(out, 0, sizeof *out);
    if (!p->x[0] || !p->y[0])
        return td_fail(err, TD_BAD_INPUT, "data kind npy needs the files 'x' and 'y'");
    if (!p->test_x[0] != !p->test_y[0])
        return td_fail(err, TD_BAD_INPUT,
                       "data kind npy needs both 'test_x' and 'test_y', or neither");
    bool classes = p->task == TASK_CLASSES;
    td_status status = pair_read(&train, classes, err);
    if (!status && p->test_x[0])
        status = pair_read(&test, classes, err);
    if (!status)
        status = build(p, &train, &test, seed, out, err);
    pair_free(&train);
    pair_free(&test);
    if (status) {
        td_dataset_free(out);
        return status;
    }
    char parts[TD_PARTS_TEXT];
    snprintf(out->summary, sizeof out->summary, "%.80s, %s rows, %zu features, %zu %s", p->x,
             td_parts_text(out, parts), out->d, classes ? out->n_classes : out->n_targets,
             classes ? "classes" : "targets");
    return TD_OK;
}

static bool uses_seed(const void *params) {
    const struct npy *p = params;
    return (!p->test_x[0] && p->test_share > 0) || p->validation_share > 0;
}

static const struct td_param table[] = {
    {.name = "x",
     .type = TD_STRING,
     .offset = offsetof(struct npy, x),
     .initial = "",
     .flags = TD_PATH,
     .help = "Inputs (n, d): NPY, NPZ (file.npz:name), HDF5 (file.h5:/name) or CSV; further axes "
             "are flattened into features"},
    {.name = "y",
     .type = TD_STRING,
     .offset = offsetof(struct npy, y),
     .initial = "",
     .flags = TD_PATH,
     .help = "Classes (n), 0, 1, ..., or targets (n, k)"},
    {.name = "test_x",
     .type = TD_STRING,
     .offset = offsetof(struct npy, test_x),
     .initial = "",
     .flags = TD_PATH,
     .help = "Inputs of the test part; empty: cut from x by test_share"},
    {.name = "test_y",
     .type = TD_STRING,
     .offset = offsetof(struct npy, test_y),
     .initial = "",
     .flags = TD_PATH,
     .help = "Classes or targets of the test part"},
    {.name = "task",
     .type = TD_CHOICE,
     .offset = offsetof(struct npy, task),
     .initial = "classes",
     .choices = task_names,
     .help = "What y holds: one class a sample, or numbers"},
    {.name = "test_share",
     .type = TD_REAL,
     .offset = offsetof(struct npy, test_share),
     .initial = "0",
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "Share of the rows that becomes the test part, drawn by the seed"},
    TD_DATA_VALIDATION_SHARE(struct npy, validation_share),
    TD_DATA_COMMON_FILE(struct npy),
    {0}};

const struct td_data td_data_npy = {
    .kind = TD_KIND("npy",
                    "Arrays that NumPy, PyTorch or JAX saved: inputs x and classes or targets y, "
                    "rows are samples.",
                    "", table, struct npy),
    .load = load,
    .uses_seed = uses_seed,
};
