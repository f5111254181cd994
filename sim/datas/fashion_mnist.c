#include <stdio.h>
#include <unistd.h>

#include "sim/datas/labelled.h"

/* Where the four files are looked for when no path is given, in this order. */
static const char *const folders[] = {"data/fashion-mnist", "/usr/share/datasets/fashion-mnist"};

enum { PATH_SIZE = 4096, FILES = 4 };
static const char *const names[FILES] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

struct fashion {
    const char *path;
    struct td_data_common common;
};

/* FOLDER/NAME.gz or FOLDER/NAME, whichever can be read. */
static bool find_file(const char *folder, const char *name, char out[PATH_SIZE]) {
    static const char *const endings[] = {".gz", ""};
    for (size_t i = 0; i < 2; ++i) {
        int n = snprintf(out, PATH_SIZE, "%s/%s%s", folder, name, endings[i]);
        if (n > 0 && n < PATH_SIZE && access(out, R_OK) == 0)
            return true;
    }
    return false;
}

/* The first file that `folder` lacks, or NULL. */
static const char *missing_file(const char *folder, char paths[FILES][PATH_SIZE]) {
    for (size_t i = 0; i < FILES; ++i)
        if (!find_file(folder, names[i], paths[i]))
            return names[i];
    return NULL;
}

static td_status find_files(const char *path, char paths[FILES][PATH_SIZE], struct td_error *err) {
    const char *missing;
    if (path[0]) {
        missing = missing_file(path, paths);
        return missing ? td_fail(err, TD_BAD_INPUT,
                                 "Fashion-MNIST: %s lacks %s.gz; the four IDX files of the Debian "
                                 "package dataset-fashion-mnist are needed",
                                 path, missing)
                       : TD_OK;
    }
    for (size_t i = 0; i < sizeof folders / sizeof *folders; ++i)
        if (!missing_file(folders[i], paths))
            return TD_OK;
    return td_fail(err, TD_BAD_INPUT,
                   "Fashion-MNIST is neither in %s nor in %s: install the Debian package "
                   "dataset-fashion-mnist (scripts/install-deps.sh does it), or give its folder as "
                   "'path'",
                   folders[0], folders[1]);
}

static td_status load(const void *params, uint64_t seed, struct td_dataset *out,
                      struct td_error *err) {
    const struct fashion *p = params;
    char paths[FILES][PATH_SIZE];
    td_status status = find_files(p->path, paths, err);
    if (status)
        return status;
    struct td_labelled_files files = {
        .images = paths[0], .labels = paths[1], .test_images = paths[2], .test_labels = paths[3]};
    return td_labelled_load(&files, &p->common, seed, "Fashion-MNIST", out, err);
}

static bool uses_seed(const void *params) {
    (void)params;
    return false;
}

static const struct td_param table[] = {
    {.name = "path",
     .type = TD_STRING,
     .offset = offsetof(struct fashion, path),
     .initial = "",
     .flags = TD_PATH,
     .help =
         "Folder of the four IDX files (.gz or not); empty: data/fashion-mnist below the current "
         "folder, else the Debian package's"},
    TD_DATA_COMMON_FILE(struct fashion),
    {0}};

const struct td_data td_data_fashion_mnist = {
    .kind = TD_KIND("fashion-mnist",
                    "Fashion-MNIST: 60000 training and 10000 test images of clothes, 28x28 grey "
                    "pixels in [0, 1], 10 classes. Debian package dataset-fashion-mnist; MNIST "
                    "itself, in the same four files, is read through 'path'.",
                    "Xiao, Rasul, Vollgraf 2017, arXiv 1708.07747", table, struct fashion),
    .load = load,
    .uses_seed = uses_seed,
};
