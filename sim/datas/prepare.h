/* What all kinds of data sets share: their common parameters, allocation, the split into training,
   validation and test part, standardisation, the checksum. */
#ifndef TD_SIM_DATAS_PREPARE_H
#define TD_SIM_DATAS_PREPARE_H

#include <stdint.h>

#include "sim/dataset.h"

enum td_standardize { TD_STANDARDIZE_NONE, TD_STANDARDIZE_FEATURE, TD_STANDARDIZE_GLOBAL };
extern const char *const td_standardize_names[];

enum { TD_SAMPLES_MAX = 1000000000, TD_CLASSES_MAX = 65536 };

struct td_data_common {
    int64_t train, test; /* samples; 0: all that there are */
    int standardize;     /* enum td_standardize */
};

/* The rows of a table whose struct `type` has a member `struct td_data_common common`. */
#define TD_DATA_COMMON(type_, train_, least_, test_, train_help_, test_help_)                      \
    {.name = "train",                                                                              \
     .type = TD_INT,                                                                               \
     .offset = offsetof(type_, common.train),                                                      \
     .initial = (train_),                                                                          \
     .min = (least_),                                                                              \
     .max = TD_SAMPLES_MAX,                                                                        \
     .unit = "samples",                                                                            \
     .help = (train_help_)},                                                                       \
        {.name = "test",                                                                           \
         .type = TD_INT,                                                                           \
         .offset = offsetof(type_, common.test),                                                   \
         .initial = (test_),                                                                       \
         .max = TD_SAMPLES_MAX,                                                                    \
         .unit = "samples",                                                                        \
         .help = (test_help_)},                                                                    \
    {                                                                                              \
        .name = "standardize", .type = TD_CHOICE, .offset = offsetof(type_, common.standardize),   \
        .initial = "none", .choices = td_standardize_names,                                        \
        .help = "Mean 0 and variance 1 by feature or over all (global); moments of the training "  \
                "part only. A constant is only shifted"                                            \
    }
/* The row of the share of a reader's rows that becomes the validation part. */
#define TD_DATA_VALIDATION_SHARE(type_, field_)                                                    \
    {                                                                                              \
        .name = "validation_share", .type = TD_REAL, .offset = offsetof(type_, field_),            \
        .initial = "0", .max = 1, .flags = TD_OPEN_MAX,                                            \
        .help = "Share of the rows that becomes the validation part, drawn by the seed"            \
    }
/* For readers: the first `train` and `test` samples. */
#define TD_DATA_COMMON_FILE(type_)                                                                 \
    TD_DATA_COMMON(type_, "0", 0, "0", "Training samples: the first so many; 0: all",              \
                   "Test samples: the first so many; 0: all")
/* For generators. */
#define TD_DATA_COMMON_DRAWN(type_, train_, test_)                                                 \
    TD_DATA_COMMON(type_, train_, 1, test_, "Training samples to draw",                            \
                   "Test samples to draw; 0: none")

/* Memory for n samples: x (n, d) and, if n_targets is 0, labels, else targets (n, n_targets). */
td_status td_split_alloc(struct td_split *split, size_t n, size_t d, size_t n_targets,
                         struct td_error *err);
void td_split_free(struct td_split *split);

/* Shares of the rows that do not train, each in [0, 1). */
struct td_shares {
    double test, validation;
};
/* Which rows of a table go where. */
struct td_rows {
    size_t n_train, n_validation, n_test;
    const uint32_t *train, *validation, *test; /* row numbers */
    uint32_t *memory;
};
/* Shares 0: all rows train, in the order of the file. Otherwise rows are shuffled by stream
   (seed, "data"): the first round(test n) become the test part, the next round(validation n) the
   validation part; a share above 0 must leave every part a sample. Then the first common->train
   and common->test of each part are kept (0: all). */
td_status td_rows_split(size_t n, struct td_shares shares, const struct td_data_common *common,
                        uint64_t seed, struct td_rows *out, struct td_error *err);
void td_rows_free(struct td_rows *rows);
/* `wanted`, or all that are there if it is 0. TD_BAD_INPUT if more are wanted than there are;
   `what` (a file, a part) opens the message. */
td_status td_samples_take(int64_t wanted, size_t there, const char *what, size_t *out,
                          struct td_error *err);

/* x as `real`; TD_BAD_INPUT naming source, row and column if it is beyond real's range. */
td_status td_to_real(double x, const char *name, size_t row, size_t column, real *out,
                     struct td_error *err);

/* Class indices of whole numbers 0 .. n_classes - 1. */
td_status td_to_label(double x, const char *name, size_t row, int32_t *out, struct td_error *err);

/* "800 + 200", or "700 + 100 + 200" with a validation part: training, validation, test. */
enum { TD_PARTS_TEXT = 80 };
const char *td_parts_text(const struct td_dataset *data, char out[TD_PARTS_TEXT]);

/* Last step of every kind: standardises all parts by the training part's moments and takes the
   checksum. */
td_status td_dataset_finish(struct td_dataset *data, int standardize, struct td_error *err);

#endif
