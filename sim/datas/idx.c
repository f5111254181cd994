#include "sim/datas/labelled.h"

struct idx {
    struct td_labelled_files files;
    struct td_data_common common;
};

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct idx *p = params;
    if (!p->files.images[0] || !p->files.labels[0])
        return td_fail(err, TD_BAD_INPUT, "data kind idx needs the paths 'images' and 'labels'");
    if (!p->files.test_images[0] != !p->files.test_labels[0])
        return td_fail(err, TD_BAD_INPUT,
                       "data kind idx needs both 'test_images' and 'test_labels', or neither");
    return td_labelled_load(&p->files, &p->common, seed, "IDX images", out, err);
}

static bool uses_seed(const void *params) {
    const struct idx *p = params;
    return !p->files.test_images[0] && p->files.test_share > 0;
}

static const struct td_param table[] = {
    {.name = "images",
     .type = TD_STRING,
     .offset = offsetof(struct idx, files.images),
     .initial = "",
     .flags = TD_PATH,
     .help = "IDX file of the training images (samples first), plain or gzip"},
    {.name = "labels",
     .type = TD_STRING,
     .offset = offsetof(struct idx, files.labels),
     .initial = "",
     .flags = TD_PATH,
     .help = "IDX file of their labels, classes 0, 1, ..."},
    {.name = "test_images",
     .type = TD_STRING,
     .offset = offsetof(struct idx, files.test_images),
     .initial = "",
     .flags = TD_PATH,
     .help = "IDX file of the test images; empty: cut from the training files by test_share"},
    {.name = "test_labels",
     .type = TD_STRING,
     .offset = offsetof(struct idx, files.test_labels),
     .initial = "",
     .flags = TD_PATH,
     .help = "IDX file of their labels"},
    {.name = "test_share",
     .type = TD_REAL,
     .offset = offsetof(struct idx, files.test_share),
     .initial = "0",
     .max = 1,
     .flags = TD_OPEN_MAX,
     .help = "Share of the training files that becomes the test part, drawn by the seed"},
    TD_DATA_COMMON_FILE(struct idx),
    {0}};

const struct td_data td_data_idx = {
    .kind = TD_KIND("idx",
                    "Images with labels in IDX files, the format of MNIST, plain or gzip. Any IDX "
                    "element type is read; unsigned bytes are divided by 255.",
                    "LeCun, Cortes, Burges, The MNIST database", table, struct idx),
    .load = load,
    .uses_seed = uses_seed,
};
