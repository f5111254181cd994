#include "sim/datas/labelled.h"

#include <stdio.h>
#include <string.h>

#include "numeric/memory.h"
#include "sim/datas/idx_file.h"

enum { IDX_UBYTE = 8 };

static td_status read_labels(const char *path, int64_t wanted, size_t n, const char *images,
                             int32_t **out, size_t *n_classes, struct td_error *err) {
    struct td_idx idx;
    td_status status = td_idx_read(path, wanted, &idx, err);
    if (status)
        return status;
    if (idx.d != 1 || idx.n != n)
        status =
            td_fail(err, TD_BAD_INPUT,
                    "%s has %zu labels of %zu numbers; %s has %zu images, each needs one label",
                    path, idx.shape[0], idx.d, images, n);
    *out = status ? NULL : td_calloc(n, sizeof **out);
    if (!status && !*out)
        status = td_fail_memory(err, n * sizeof **out);
    for (size_t i = 0; i < n && !status; ++i) {
        status = td_to_label((double)idx.v[i], path, i, &(*out)[i], err);
        if (!status && (size_t)(*out)[i] >= *n_classes)
            *n_classes = (size_t)(*out)[i] + 1;
    }
    if (status) {
        td_free(*out);
        *out = NULL;
    }
    td_idx_free(&idx);
    return status;
}

/* One pair of files becomes one split. */
static td_status read_pair(const char *images, const char *labels, int64_t wanted,
                           struct td_split *split, struct td_idx *shape, size_t *n_classes,
                           struct td_error *err) {
    td_status status = td_idx_read(images, wanted, shape, err);
    if (status)
        return status;
    if (shape->ndim < 2)
        status = td_fail(err, TD_BAD_INPUT, "%s has one dimension: these are labels, not images",
                         images);
    if (!status)
        status = read_labels(labels, wanted, shape->n, images, &split->label, n_classes, err);
    if (status) {
        td_idx_free(shape);
        return status;
    }
    if (shape->type == IDX_UBYTE)
        for (size_t i = 0; i < shape->n * shape->d; ++i)
            shape->v[i] = (real)((double)shape->v[i] / 255.0);
    split->n = shape->n;
    split->x = shape->v;
    shape->v = NULL;
    return TD_OK;
}

static void copy_rows(const struct td_split *from, size_t d, const uint32_t *rows,
                      struct td_split *to) {
    for (size_t i = 0; i < to->n; ++i) {
        memcpy(to->x + i * d, from->x + rows[i] * d, d * sizeof *to->x);
        to->label[i] = from->label[rows[i]];
    }
}

/* Replaces the training part, read whole, by two parts of it. */
static td_status cut_test(struct td_dataset *data, double share,
                          const struct td_data_common *common, uint64_t seed,
                          struct td_error *err) {
    struct td_split whole = data->train;
    struct td_rows rows;
    memset(&data->train, 0, sizeof data->train);
    td_status status =
        td_rows_split(whole.n, (struct td_shares){.test = share}, common, seed, &rows, err);
    if (!status)
        status = td_split_alloc(&data->train, rows.n_train, data->d, 0, err);
    if (!status)
        status = td_split_alloc(&data->test, rows.n_test, data->d, 0, err);
    if (!status) {
        copy_rows(&whole, data->d, rows.train, &data->train);
        copy_rows(&whole, data->d, rows.test, &data->test);
    }
    td_rows_free(&rows);
    td_split_free(&whole);
    return status;
}

static void summarise(struct td_dataset *data, const char *title, const struct td_idx *shape) {
    char size[64] = "";
    for (size_t i = 1; i < shape->ndim; ++i)
        snprintf(size + strlen(size), sizeof size - strlen(size), "%s%zu", i > 1 ? "x" : " ",
                 shape->shape[i]);
    snprintf(data->summary, sizeof data->summary, "%s, %zu + %zu images%s, %zu classes", title,
             data->train.n, data->test.n, size, data->n_classes);
}

td_status td_labelled_load(const struct td_labelled_files *files,
                           const struct td_data_common *common, uint64_t seed, const char *title,
                           struct td_dataset *out, struct td_error *err) {
    struct td_idx shape = {0}, test_shape = {0};
    bool has_test = files->test_images[0], cut = !has_test && files->test_share > 0;
    memset(out, 0, sizeof *out);
    td_status status = read_pair(files->images, files->labels, cut ? 0 : common->train, &out->train,
                                 &shape, &out->n_classes, err);
    out->d = shape.d;
    if (!status && has_test)
        status = read_pair(files->test_images, files->test_labels, common->test, &out->test,
                           &test_shape, &out->n_classes, err);
    if (!status && has_test && test_shape.d != shape.d)
        status = td_fail(err, TD_BAD_INPUT, "%s has %zu pixels an image, %s has %zu", files->images,
                         shape.d, files->test_images, test_shape.d);
    if (!status && cut)
        status = cut_test(out, files->test_share, common, seed, err);
    if (!status)
        status = td_dataset_finish(out, common->standardize, err);
    if (status) {
        td_dataset_free(out);
        return status;
    }
    summarise(out, title, &shape);
    return TD_OK;
}
