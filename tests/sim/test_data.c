/* Data sets: files whose content is known, generators against their closed forms, the cache. */
#include "data_support.h"

/* ---- IDX ---- */

static void idx_plain_and_gzip(void **state) {
    (void)state;
    static const int32_t labels[] = {3, 0, 1, 0, 2};
    for (int gz = 0; gz < 2; ++gz) {
        const struct td_dataset *data =
            loaded("idx",
                   PAIRS("images", gz ? FOLDER "images.idx.gz" : FOLDER "images.idx", "labels",
                         gz ? FOLDER "labels.idx.gz" : FOLDER "labels.idx"),
                   1);
        assert_int_equal(data->d, 6);
        assert_int_equal(data->n_classes, 4);
        assert_int_equal(data->n_targets, 0);
        assert_int_equal(data->train.n, 5);
        assert_int_equal(data->test.n, 0);
        assert_memory_equal(data->train.label, labels, sizeof labels);
        for (int i = 0; i < 30; ++i)
            assert_true(data->train.x[i] == (real)(i / 255.0));
        assert_non_null(strstr(data->summary, "5 + 0 images 2x3, 4 classes"));
        td_dataset_release(data);
    }
}

static void first_rows_and_test_files(void **state) {
    (void)state;
    const struct td_dataset *data =
        loaded("idx",
               PAIRS("images", FOLDER "images.idx", "labels", FOLDER "labels.idx", "train", "3",
                     "test_images", FOLDER "images.idx.gz", "test_labels", FOLDER "labels.idx.gz",
                     "test", "2"),
               1);
    assert_int_equal(data->train.n, 3);
    assert_int_equal(data->test.n, 2);
    assert_true(data->train.x[17] == (real)(17 / 255.0));
    assert_int_equal(data->train.label[2], 1);
    assert_int_equal(data->test.label[0], 3);
    td_dataset_release(data);
    refused("idx",
            PAIRS("images", FOLDER "images.idx", "labels", FOLDER "labels.idx", "train", "6"),
            PAIRS("6 samples wanted", "there are 5"));
    refused("idx", PAIRS("images", FOLDER "images.idx"), PAIRS("'labels'"));
    refused("idx",
            PAIRS("images", FOLDER "images.idx", "labels", FOLDER "labels.idx", "test_images",
                  FOLDER "images.idx"),
            PAIRS("test_labels"));
    refused("idx", PAIRS("images", FOLDER "labels.idx", "labels", FOLDER "labels.idx"),
            PAIRS("labels, not images"));
    refused("idx", PAIRS("images", FOLDER "images.idx", "labels", FOLDER "images.idx"),
            PAIRS("needs one label"));
}

/* Every element type, big-endian: values 1 and -2 (or 254 for unsigned bytes). */
static void idx_element_types(void **state) {
    (void)state;
    static const struct {
        char type;
        size_t item;
        const char *bytes;
        double first, second;
    } cases[] = {{8, 1, "\x01\xfe", 1 / 255.0, 254 / 255.0},
                 {9, 1, "\x01\xfe", 1, -2},
                 {11, 2, "\x00\x01\xff\xfe", 1, -2},
                 {12, 4, "\x00\x00\x00\x01\xff\xff\xff\xfe", 1, -2},
                 {13, 4, "\x3f\x80\x00\x00\xc0\x00\x00\x00", 1, -2},
                 {14, 8, "\x3f\xf0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 1, -2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char bytes[40] = {0, 0, cases[i].type, 2, 0, 0, 0, 1, 0, 0, 0, 2};
        memcpy(bytes + 12, cases[i].bytes, 2 * cases[i].item);
        put(scratch_file, bytes, 12 + 2 * cases[i].item);
        put(scratch_other, "\0\0\x08\x01\0\0\0\x01\0", 9);
        const struct td_dataset *data =
            loaded("idx", PAIRS("images", scratch_file, "labels", scratch_other), 1);
        assert_true(data->train.x[0] == (real)cases[i].first);
        assert_true(data->train.x[1] == (real)cases[i].second);
        td_dataset_release(data);
    }
}

static void broken_idx_files(void **state) {
    (void)state;
    unsigned char image[46], gz[200];
    FILE *f = fopen(FOLDER "images.idx", "rb");
    assert_int_equal(fread(image, 1, sizeof image, f), sizeof image);
    fclose(f);
    f = fopen(FOLDER "images.idx.gz", "rb");
    size_t n = fread(gz, 1, sizeof gz, f);
    fclose(f);
    const char *const *pairs = PAIRS("images", scratch_file, "labels", FOLDER "labels.idx");
    const char *const *first =
        PAIRS("images", scratch_file, "labels", FOLDER "labels.idx", "train", "1");
    put(scratch_file, image, 40);
    refused("idx", pairs, PAIRS("truncated", "promises 46 bytes", "found 40", scratch_file));
    refused("idx", first, PAIRS("truncated", "promises 46 bytes", "found 40"));
    for (size_t cut = 0; cut < sizeof image; ++cut) {
        put(scratch_file, image, cut);
        refused("idx", pairs, PAIRS(scratch_file));
    }
    for (size_t cut = 0; cut < n; ++cut) {
        put(scratch_file, gz, cut);
        refused("idx", pairs, PAIRS(scratch_file));
        refused("idx", first, PAIRS(scratch_file));
    }
    image[7] = 4; /* promises 4 images, holds 5 */
    put(scratch_file, image, sizeof image);
    refused("idx", pairs, PAIRS("too long", "40 bytes", "found 46"));
    memset(image + 4, 0xff, 12);
    put(scratch_file, image, sizeof image);
    refused("idx", pairs, PAIRS("more than any file"));
    memcpy(image + 4, "\0\xff\xff\xff\0\0\xff\xff\0\0\0\xff", 12);
    put(scratch_file, image, sizeof image);
    refused("idx", pairs, PAIRS("truncated", "found 46"));
    memset(image + 4, 0, 4);
    put(scratch_file, image, sizeof image);
    refused("idx", pairs, PAIRS("no samples"));
    image[3] = 5;
    put(scratch_file, image, sizeof image);
    refused("idx", pairs, PAIRS("5 dimensions"));
    image[2] = 10;
    put(scratch_file, image, sizeof image);
    refused("idx", pairs, PAIRS("no IDX file"));
    put(scratch_file, "\0\0\x0d\x02\0\0\0\1\0\0\0\2\x3f\x80\0\0\x7f\xc0\0\0", 20);
    refused("idx", pairs, PAIRS("row 0", "column 1", "nan"));
    refused("idx", PAIRS("images", scratch, "labels", scratch), PAIRS("regular file"));
    refused("idx", PAIRS("images", "/nonexistent", "labels", "/nonexistent"),
            PAIRS("/nonexistent", "No such file"));
}

/* Whatever bit of a gzip file is flipped: refused, or what it held (the time in its header). */
static void damaged_gzip_files(void **state) {
    (void)state;
    unsigned char gz[200];
    FILE *f = fopen(FOLDER "images.idx.gz", "rb");
    size_t n = fread(gz, 1, sizeof gz, f), refusals = 0;
    fclose(f);
    for (size_t i = 0; i < 8 * n; ++i) {
        gz[i / 8] ^= (unsigned char)(1 << i % 8);
        put(scratch_file, gz, n);
        gz[i / 8] ^= (unsigned char)(1 << i % 8);
        struct td_error err = {0};
        const struct td_dataset *data = NULL;
        td_status status = load("idx", PAIRS("images", scratch_file, "labels", FOLDER "labels.idx"),
                                1, &data, &err);
        refusals += status == TD_BAD_INPUT && err.message[0];
        for (int k = 0; k < 30 && status == TD_OK; ++k)
            assert_true(data->train.x[k] == (real)(k / 255.0));
        td_dataset_release(data);
    }
    assert_true(refusals >= 8 * (n - 10)); /* all bits behind the header */
}

/* The Debian package's files, if they are here. */
static void fashion_mnist(void **state) {
    (void)state;
    static const int32_t first[] = {9, 0, 0, 3, 0, 2, 7, 2, 5, 5};
    if (access("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz", R_OK) != 0)
        skip();
    const struct td_dataset *data =
        loaded("fashion-mnist", PAIRS("path", "/usr/share/datasets/fashion-mnist"), 1);
    assert_int_equal(data->train.n, 60000);
    assert_int_equal(data->test.n, 10000);
    assert_int_equal(data->d, 784);
    assert_int_equal(data->n_classes, 10);
    assert_memory_equal(data->train.label, first, sizeof first);
    size_t count[10] = {0};
    for (size_t i = 0; i < data->train.n; ++i)
        ++count[data->train.label[i]];
    for (size_t c = 0; c < 10; ++c)
        assert_int_equal(count[c], 6000);
    double sum = 0, squares = 0, n = 60000.0 * 784;
    for (size_t i = 0; i < data->train.n * 784; ++i) {
        double x = (double)data->train.x[i];
        sum += x;
        squares += x * x;
    }
    /* the constants that everybody normalises Fashion-MNIST with, to the digits they are given */
    near(sum / n, 0.2860, 5e-5);
    near(sqrt(squares / n - sum / n * (sum / n)), 0.3530, 5e-5);
    assert_non_null(strstr(data->summary, "60000 + 10000 images 28x28, 10 classes"));
    td_dataset_release(data);
}

/* The checksum at the end of a large file, read in many pieces, is looked at. */
static void damaged_checksum(void **state) {
    (void)state;
    FILE *f = fopen("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz", "rb");
    if (!f)
        skip();
    enum { SIZE = 8000000 };
    char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    size_t n = fread(bytes, 1, SIZE, f);
    fclose(f);
    bytes[n - 8] ^= 1;
    put(scratch_file, bytes, n);
    free(bytes);
    refused("idx",
            PAIRS("images", scratch_file, "labels",
                  "/usr/share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz"),
            PAIRS("is damaged: incorrect data check"));
}

static void missing_fashion_mnist_names_the_package(void **state) {
    (void)state;
    refused("fashion-mnist", PAIRS("path", scratch),
            PAIRS(scratch, "dataset-fashion-mnist", "train-images-idx3-ubyte"));
}

/* ---- text tables ---- */

static const char iris[] = "id,length,width,species\n"
                           "1,5.1,3.5,setosa\n"
                           "2,7.0,3.2,versicolor\n"
                           "3,6.3,3.3,virginica\n"
                           "4,4.9,3.0,setosa\n";

static void csv_classes_are_numbered_in_sorted_order(void **state) {
    (void)state;
    const struct td_dataset *data =
        loaded("csv", PAIRS("path", put_text(iris), "ignore", "[id]"), 1);
    assert_int_equal(data->d, 2);
    assert_int_equal(data->n_classes, 3);
    assert_int_equal(data->train.n, 4);
    assert_memory_equal(data->train.label, ((int32_t[]){0, 1, 2, 0}), 16);
    assert_true(data->train.x[0] == (real)5.1 && data->train.x[7] == (real)3.0);
    td_dataset_release(data);
    data = loaded("csv", PAIRS("path", put_text("10,1\n9,2\n-1,3\n10,4\n"), "target", "0"), 1);
    assert_memory_equal(data->train.label, ((int32_t[]){2, 1, 0, 2}), 16);
    assert_true(data->train.x[3] == 4);
    td_dataset_release(data);
    data = loaded("csv", PAIRS("path", put_text("1,b\n2,a\n"), "header", "no"), 1);
    assert_memory_equal(data->train.label, ((int32_t[]){1, 0}), 8);
    td_dataset_release(data);
    data = loaded("csv", PAIRS("path", put_text("0,1,2\n5,6,0\n"), "header", "yes"), 1);
    assert_int_equal(data->train.n, 1);
    assert_true(data->train.x[0] == 5);
    td_dataset_release(data);
}

static void csv_regression(void **state) {
    (void)state;
    const struct td_dataset *data = loaded(
        "csv",
        PAIRS("path", put_text("y;a;b\n0.5;1;2\n-1.5;3;4\n"), "target", "y", "task", "regression"),
        1);
    assert_int_equal(data->d, 2);
    assert_int_equal(data->n_classes, 0);
    assert_int_equal(data->n_targets, 1);
    assert_null(data->train.label);
    assert_true(data->train.target[0] == 0.5f && data->train.target[1] == -1.5f);
    assert_true(data->train.x[1] == 2 && data->train.x[2] == 3);
    td_dataset_release(data);
}

static void csv_mistakes_are_named(void **state) {
    (void)state;
    const char *path = put_text(iris);
    refused("csv", PAIRS("path", path, "target", "specias"), PAIRS("'specias'", "species"));
    refused("csv", PAIRS("path", path, "target", "4"), PAIRS("'4'", "0 to 3"));
    refused("csv", PAIRS("path", path, "ignore", "[species]"), PAIRS("also ignored"));
    refused("csv", PAIRS("path", path, "target", "id"), PAIRS("row 0", "column 3", "'setosa'"));
    refused("csv", PAIRS("path", path, "task", "regression"), PAIRS("row 0", "'setosa'"));
    refused("csv", PAIRS("path", path, "target", "length"), PAIRS("row 0", "column 3"));
    refused("csv", PAIRS("path", path, "target", "width", "ignore", "[species]"),
            PAIRS("3.5", "regression"));
    refused("csv", PAIRS("path", path, "ignore", "[id,length,width]"), PAIRS("no feature"));
    refused("csv", PAIRS("path", put_text("1,2\n3,nan\n"), "target", "0"),
            PAIRS("row 1", "column 1", "line 2", "nan"));
    refused("csv", PAIRS("path", put_text("1,2\n3,\n")), PAIRS("row 1", "column 1", "no value"));
    refused("csv", PAIRS("path", put_text("1,2\n3\n")), PAIRS("line 2 has 1 fields"));
    refused("csv", PAIRS("path", put_text("a,b\n")), PAIRS("no rows"));
    refused("csv", PAIRS("path", put_text("1,2\n"), "target", "y"), PAIRS("no header", "0 to 1"));
    refused("csv", PAIRS("train", "1"), PAIRS("'path'"));
#ifndef TDYN_DOUBLE
    refused("csv", PAIRS("path", put_text("1e300,1\n2,1\n")), PAIRS("row 0", "1e+300", "float"));
#endif
}

static void parts_are_disjoint_and_drawn_by_the_seed(void **state) {
    (void)state;
    char text[2000] = "";
    for (int i = 0; i < 100; ++i)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d,%d\n", i, i % 3);
    const char *const *pairs = PAIRS("path", put_text(text), "test_share", "0.3");
    int32_t seen[2][100] = {{0}};
    for (uint64_t seed = 1; seed <= 2; ++seed) {
        const struct td_dataset *data = loaded("csv", pairs, seed);
        assert_int_equal(data->train.n, 70);
        assert_int_equal(data->test.n, 30);
        for (size_t i = 0; i < 70; ++i) {
            assert_int_equal(data->train.label[i], (int)data->train.x[i] % 3);
            seen[seed - 1][(int)data->train.x[i]] += 1;
        }
        for (size_t i = 0; i < 30; ++i) {
            assert_int_equal(data->test.label[i], (int)data->test.x[i] % 3);
            seen[seed - 1][(int)data->test.x[i]] += 100;
        }
        td_dataset_release(data);
    }
    for (size_t i = 0; i < 100; ++i)
        assert_true((seen[0][i] == 1 || seen[0][i] == 100) &&
                    (seen[1][i] == 1 || seen[1][i] == 100));
    assert_memory_not_equal(seen[0], seen[1], sizeof seen[0]);
    refused("csv", PAIRS("path", put_text("1,0\n2,1\n"), "test_share", "0.1"),
            PAIRS("test_share", "empty"));
}

/* Ten rows named 0 to 9 by their only feature, cut into 5 + 2 + 3: every row in one part, the test
   part the same as without a validation part, all parts scaled alike, all in the checksum. */
static void validation_part(void **state) {
    (void)state;
    static const char text[] = "0,0\n1,1\n2,0\n3,1\n4,0\n5,1\n6,0\n7,1\n8,0\n9,1\n";
    const char *const *two = PAIRS("path", put_text(text), "test_share", "0.3");
    const struct td_dataset *plain = loaded("csv", two, 4);
    const struct td_dataset *data = loaded(
        "csv", PAIRS("path", scratch_file, "test_share", "0.3", "validation_share", "0.2"), 4);
    const struct td_dataset *scaled =
        loaded("csv",
               PAIRS("path", scratch_file, "test_share", "0.3", "validation_share", "0.2",
                     "standardize", "feature"),
               4);
    const struct td_split *parts[] = {&data->train, &data->validation, &data->test};
    const struct td_split *scaled_parts[] = {&scaled->train, &scaled->validation, &scaled->test};
    static const size_t sizes[] = {5, 2, 3};
    double mean = 0, square = 0;
    unsigned seen = 0;
    for (size_t i = 0; i < 5; ++i)
        mean += (double)data->train.x[i] / 5;
    for (size_t i = 0; i < 5; ++i)
        square += pow((double)data->train.x[i] - mean, 2) / 5;
    for (size_t k = 0; k < 3; ++k) {
        assert_int_equal(parts[k]->n, sizes[k]);
        for (size_t i = 0; i < sizes[k]; ++i) {
            int row = (int)parts[k]->x[i];
            seen |= 1U << row;
            assert_int_equal(parts[k]->label[i], row % 2);
            near((double)scaled_parts[k]->x[i], (row - mean) / sqrt(square), 8 * TD_REAL_EPS);
        }
    }
    assert_int_equal(seen, 0x3ff);
    assert_memory_equal(plain->test.x, data->test.x, 3 * sizeof(real));
    assert_int_equal(plain->validation.n, 0);
    assert_true(plain->checksum != data->checksum);
    assert_non_null(strstr(data->summary, "5 + 2 + 3 rows"));
    assert_non_null(strstr(plain->summary, "7 + 3 rows"));
    td_dataset_release(plain);
    td_dataset_release(data);
    td_dataset_release(scaled);
    refused("csv", PAIRS("path", scratch_file, "test_share", "0.5", "validation_share", "0.5"),
            PAIRS("validation_share", "empty"));
    refused("csv", PAIRS("path", scratch_file, "validation_share", "0.01"),
            PAIRS("validation_share", "empty"));
}

/* Beside test arrays of its own, a validation part is cut from the training arrays. */
static void validation_part_of_arrays(void **state) {
    (void)state;
    static const double x[] = {0, 1, 2, 3, 4, 5, 6, 7}, y[] = {0, 1, 0, 1, 0, 1, 0, 1};
    td_npy_write(scratch_file, 1, (size_t[]){8}, x, NULL);
    td_npy_write(scratch_other, 1, (size_t[]){8}, y, NULL);
    const struct td_dataset *data =
        loaded("npy",
               PAIRS("x", scratch_file, "y", scratch_other, "test_x", scratch_file, "test_y",
                     scratch_other, "validation_share", "0.25"),
               2);
    unsigned seen = 0;
    assert_int_equal(data->train.n, 6);
    assert_int_equal(data->validation.n, 2);
    assert_int_equal(data->test.n, 8);
    for (size_t i = 0; i < 6; ++i)
        seen |= 1U << (int)data->train.x[i];
    for (size_t i = 0; i < 2; ++i)
        seen |= 1U << (int)data->validation.x[i];
    assert_int_equal(seen, 0xff);
    for (size_t i = 0; i < 8; ++i)
        assert_true(data->test.x[i] == (real)i);
    td_dataset_release(data);
}

/* Moments come from the training part; a feature that is constant there is only shifted. */
static void standardisation(void **state) {
    (void)state;
    static const double x[4][3] = {{1, 0.1, 7}, {2, 0.1, 7}, {3, 0.1, 7}, {4, 0.1, 8}};
    td_npy_write(scratch_file, 2, (size_t[]){3, 3}, &x[0][0], NULL);
    td_npy_write(scratch_other, 1, (size_t[]){3}, (double[]){0, 1, 0}, NULL);
    char test_x[80], test_y[80];
    snprintf(test_x, sizeof test_x, "%s/tx", scratch);
    snprintf(test_y, sizeof test_y, "%s/ty", scratch);
    td_npy_write(test_x, 2, (size_t[]){1, 3}, x[3], NULL);
    td_npy_write(test_y, 1, (size_t[]){1}, (double[]){1}, NULL);
    const char *const *pairs = PAIRS("x", scratch_file, "y", scratch_other, "test_x", test_x,
                                     "test_y", test_y, "standardize", "feature");
    const struct td_dataset *data = loaded("npy", pairs, 1);
    double sd = sqrt(2.0 / 3), eps = 4 * TD_REAL_EPS;
    for (size_t i = 0; i < 3; ++i) {
        near((double)data->train.x[3 * i], ((double)i - 1) / sd, eps);
        assert_true(data->train.x[3 * i + 1] == 0 && data->train.x[3 * i + 2] == 0);
    }
    near((double)data->test.x[0], 2 / sd, 2 * eps);
    near((double)data->test.x[1], 0, eps);
    near((double)data->test.x[2], 1, eps);
    td_dataset_release(data);
    pairs = PAIRS("x", scratch_file, "y", scratch_other, "standardize", "global");
    data = loaded("npy", pairs, 1);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < 9; ++i) {
        sum += (double)data->train.x[i];
        squares += (double)data->train.x[i] * (double)data->train.x[i];
    }
    near(sum / 9, 0, eps);
    near(squares / 9, 1, 2 * eps);
    near((double)(data->train.x[2] - data->train.x[1]) /
             (double)(data->train.x[6] - data->train.x[0]),
         6.9 / 2, 20 * eps);
    td_dataset_release(data);
    unlink(test_x);
    unlink(test_y);
}

static void arrays_as_data(void **state) {
    (void)state;
    static const double x[] = {1, 2, 3, 4, 5, 6}, y[] = {0.5, 1.5, -2, 3};
    td_npy_write(scratch_file, 2, (size_t[]){2, 3}, x, NULL);
    td_npy_write(scratch_other, 2, (size_t[]){2, 2}, y, NULL);
    const struct td_dataset *data =
        loaded("npy", PAIRS("x", scratch_file, "y", scratch_other, "task", "regression"), 1);
    assert_int_equal(data->d, 3);
    assert_int_equal(data->n_targets, 2);
    for (size_t i = 0; i < 4; ++i)
        assert_true(data->train.target[i] == (real)y[i]);
    assert_true(data->train.x[5] == 6);
    td_dataset_release(data);
    const char *const *pairs = PAIRS("x", scratch_file, "y", scratch_other);
    refused("npy", pairs, PAIRS("2 columns", "regression"));
    td_npy_write(scratch_other, 1, (size_t[]){3}, y, NULL);
    refused("npy", pairs, PAIRS("2 rows", "3: rows are samples"));
    td_npy_write(scratch_other, 1, (size_t[]){2}, y, NULL);
    refused("npy", pairs, PAIRS("row 0", "0.5 is no class"));
    td_npy_write(scratch_other, 1, (size_t[]){2}, (double[]){0, NAN}, NULL);
    refused("npy", pairs, PAIRS("row 1", "no class"));
    td_npy_write(scratch_file, 2, (size_t[]){2, 3}, (double[]){0, 0, 0, 0, INFINITY, 0}, NULL);
    refused("npy", pairs, PAIRS("row 1", "column 1", "inf"));
    refused("npy", PAIRS("x", scratch_file), PAIRS("'y'"));
}

/* ---- generators ---- */

static void clusters_have_the_stated_spread(void **state) {
    (void)state;
    const struct td_dataset *data = loaded("gaussian-clusters",
                                           PAIRS("classes", "3", "features", "5", "noise", "0.5",
                                                 "separation", "3", "train", "30000", "test", "30"),
                                           7);
    double mean[3][5] = {{0}}, squares = 0, n = 10000;
    for (size_t i = 0; i < data->train.n; ++i) {
        assert_int_equal(data->train.label[i], i % 3);
        for (size_t j = 0; j < 5; ++j)
            mean[i % 3][j] += (double)data->train.x[5 * i + j] / n;
    }
    for (size_t i = 0; i < data->train.n; ++i)
        for (size_t j = 0; j < 5; ++j)
            squares += pow((double)data->train.x[5 * i + j] - mean[i % 3][j], 2);
    /* 15 sums of squares over (n - 1) degrees of freedom each: relative error sqrt(2 / 15 n) */
    near(squares / (15 * (n - 1)), 0.25, 4 * 0.25 * sqrt(2 / (15 * n)));
    td_dataset_release(data);
    /* centres: N(0, 9/5) in every feature, over 200 seeds of 15 numbers */
    double sum = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed) {
        data = loaded("gaussian-clusters",
                      PAIRS("classes", "3", "features", "5", "noise", "0", "separation", "3",
                            "train", "3", "test", "0"),
                      seed);
        assert_int_equal(data->test.n, 0);
        for (size_t i = 0; i < 15; ++i)
            sum += pow((double)data->train.x[i], 2);
        td_dataset_release(data);
    }
    near(sum / 3000, 9.0 / 5, 4 * 9.0 / 5 * sqrt(2.0 / 3000));
}

/* The teacher is found again by least squares, and what it leaves is the noise. */
static void linear_teacher_is_linear(void **state) {
    (void)state;
    enum { N = 20000 };
    const struct td_dataset *data =
        loaded("linear-regression",
               PAIRS("features", "2", "targets", "1", "noise", "0.3", "train", "20000"), 3);
    double xx[3] = {0}, xy[2] = {0};
    const real *x = data->train.x, *y = data->train.target;
    for (size_t i = 0; i < N; ++i) {
        double a = (double)x[2 * i], b = (double)x[2 * i + 1];
        xx[0] += a * a;
        xx[1] += a * b;
        xx[2] += b * b;
        xy[0] += a * (double)y[i];
        xy[1] += b * (double)y[i];
    }
    double det = xx[0] * xx[2] - xx[1] * xx[1];
    double w[] = {(xx[2] * xy[0] - xx[1] * xy[1]) / det, (xx[0] * xy[1] - xx[1] * xy[0]) / det};
    double train = 0, test = 0;
    for (size_t i = 0; i < N; ++i)
        train += pow((double)y[i] - w[0] * (double)x[2 * i] - w[1] * (double)x[2 * i + 1], 2);
    for (size_t i = 0; i < data->test.n; ++i)
        test += pow((double)data->test.target[i] - w[0] * (double)data->test.x[2 * i] -
                        w[1] * (double)data->test.x[2 * i + 1],
                    2);
    near(xx[0] / N, 1, 4 * sqrt(2.0 / N));
    near(train / (N - 2), 0.09, 4 * 0.09 * sqrt(2.0 / N));
    near(test / 1000, 0.09, 4 * 0.09 * sqrt(2.0 / 1000)); /* the same teacher */
    td_dataset_release(data);
    /* Over teachers, y^2 has mean 1; a seed's mean over 50 samples varies by |w|^2, with variance
       2 / 50, and by sampling, with variance 2 / 50 again. */
    double squares = 0;
    for (uint64_t seed = 1; seed <= 200; ++seed) {
        data = loaded("linear-regression",
                      PAIRS("features", "50", "noise", "0", "train", "50", "test", "0"), seed);
        for (size_t i = 0; i < 50; ++i)
            squares += pow((double)data->train.target[i], 2) / 50;
        td_dataset_release(data);
    }
    near(squares / 200, 1, 4 * sqrt(4.0 / 50 / 200));
}

static void parity_is_the_truth_table(void **state) {
    (void)state;
    const struct td_dataset * xor = loaded("parity", PAIRS("bits", "2"), 1);
    assert_int_equal(xor->train.n, 4);
    assert_int_equal(xor->test.n, 0);
    for (size_t i = 0; i < 4; ++i) {
        assert_true(xor->train.x[2 * i] == (i & 1 ? 1 : -1));
        assert_true(xor->train.x[2 * i + 1] == (i & 2 ? 1 : -1));
        assert_int_equal(xor->train.label[i], (i & 1) ^ (i >> 1));
    }
    td_dataset_release(xor);
    const struct td_dataset *data =
        loaded("parity", PAIRS("bits", "3", "features", "5", "train", "4000", "test", "10"), 5);
    size_t odd = 0, last = 0;
    for (size_t i = 0; i < 4000; ++i) {
        const real *x = data->train.x + 5 * i;
        for (size_t j = 0; j < 5; ++j)
            assert_true(x[j] == 1 || x[j] == -1);
        assert_int_equal(data->train.label[i], (x[0] > 0) ^ (x[1] > 0) ^ (x[2] > 0));
        odd += (size_t)data->train.label[i];
        last += x[4] > 0;
    }
    near((double)odd, 2000, 4 * sqrt(1000));
    near((double)last, 2000, 4 * sqrt(1000));
    td_dataset_release(data);
    refused("parity", PAIRS("bits", "3", "features", "2"), PAIRS("at least bits (3)"));
    refused("parity", PAIRS("bits", "30"), PAIRS("30 bits", "set train"));
}

static void spirals_wind_outwards(void **state) {
    (void)state;
    const struct td_dataset *data =
        loaded("spirals", PAIRS("classes", "3", "turns", "2", "noise", "0", "train", "3000"), 2);
    double mean_radius = 0;
    for (size_t i = 0; i < data->train.n; ++i) {
        double x = (double)data->train.x[2 * i], y = (double)data->train.x[2 * i + 1];
        double t = hypot(x, y), angle = 2 * M_PI * (2 * t + (double)(i % 3) / 3);
        near(x, t * cos(angle), 40 * TD_REAL_EPS);
        near(y, t * sin(angle), 40 * TD_REAL_EPS);
        mean_radius += t / 3000;
    }
    near(mean_radius, 0.5, 4 / sqrt(12.0 * 3000));
    td_dataset_release(data);
}

static void constant_noise_has_nothing_to_learn(void **state) {
    (void)state;
    const struct td_dataset *data =
        loaded("constant-noise", PAIRS("features", "4", "constant", "2", "noise", "0"), 1);
    for (size_t i = 0; i < 4000; ++i)
        assert_true(data->train.x[i] == 2);
    td_dataset_release(data);
    data = loaded("constant-noise",
                  PAIRS("features", "1", "classes", "4", "constant", "2", "train", "20000"), 1);
    size_t count[4] = {0};
    double by_class[4] = {0};
    for (size_t i = 0; i < 20000; ++i) {
        ++count[data->train.label[i]];
        by_class[data->train.label[i]] += (double)data->train.x[i];
    }
    for (size_t c = 0; c < 4; ++c) {
        near((double)count[c], 5000, 4 * sqrt(20000 * 0.25 * 0.75));
        near(by_class[c] / (double)count[c], 2, 4 / sqrt(5000));
    }
    td_dataset_release(data);
}

/* More samples extend a set, other seeds change it, the parts differ. */
static void draws_do_not_depend_on_their_number(void **state) {
    (void)state;
    static const char *const kinds[] = {"gaussian-clusters", "linear-regression", "parity",
                                        "spirals", "constant-noise"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; ++k) {
        const struct td_dataset *few = loaded(kinds[k], PAIRS("train", "50", "test", "50"), 4);
        const struct td_dataset *many = loaded(kinds[k], PAIRS("train", "200", "test", "70"), 4);
        const struct td_dataset *other = loaded(kinds[k], PAIRS("train", "50", "test", "50"), 5);
        size_t bytes = 50 * few->d * sizeof(real);
        assert_memory_equal(few->train.x, many->train.x, bytes);
        assert_memory_equal(few->test.x, many->test.x, bytes);
        assert_memory_not_equal(few->train.x, other->train.x, bytes);
        assert_memory_not_equal(few->train.x, few->test.x, bytes);
        assert_true(few->checksum != other->checksum && few->checksum != many->checksum);
        td_dataset_release(few);
        td_dataset_release(many);
        td_dataset_release(other);
    }
}

/* ---- cache ---- */

static void equal_parts_share_one_copy(void **state) {
    (void)state;
    const char *const *pairs = PAIRS("train", "50");
    const struct td_dataset *a = loaded("spirals", pairs, 1), *b = loaded("spirals", pairs, 1),
                            *c = loaded("spirals", pairs, 2),
                            *d = loaded("spirals", PAIRS("train", "50", "noise", "0.5"), 1);
    assert_ptr_equal(a, b);
    assert_ptr_not_equal(a, c);
    assert_ptr_not_equal(a, d);
    td_dataset_release(a);
    td_dataset_release(c);
    td_dataset_release(d);
    assert_int_equal(b->train.n, 50); /* still held */
    td_dataset_release(b);
    td_dataset_release(NULL);
}

static void files_are_read_once_for_all_seeds(void **state) {
    (void)state;
    const char *const *whole = PAIRS("images", FOLDER "images.idx", "labels", FOLDER "labels.idx");
    const char *const *cut =
        PAIRS("images", FOLDER "images.idx", "labels", FOLDER "labels.idx", "test_share", "0.4");
    const struct td_dataset *a = loaded("idx", whole, 1), *b = loaded("idx", whole, 2),
                            *c = loaded("idx", cut, 1), *d = loaded("idx", cut, 2);
    assert_ptr_equal(a, b);
    assert_ptr_not_equal(c, d);
    assert_int_equal(c->train.n, 3);
    assert_int_equal(c->test.n, 2);
    td_dataset_release(a);
    td_dataset_release(b);
    td_dataset_release(c);
    td_dataset_release(d);
}

static void changed_files_are_read_again(void **state) {
    (void)state;
    const char *const *pairs = PAIRS("path", scratch_file);
    put_text("1,0\n2,1\n");
    const struct td_dataset *a = loaded("csv", pairs, 1);
    td_dataset_release(a);
    put_text("1,0\n2,1\n3,1\n");
    const struct td_dataset *b = loaded("csv", pairs, 1);
    assert_int_equal(b->train.n, 3);
    td_dataset_release(b);
}

/* Every kind has documentation, and refuses or loads its defaults. */
static void every_kind_is_described(void **state) {
    (void)state;
    for (size_t i = 0; i < td_registry_count(&td_datas); ++i) {
        const struct td_kind *kind = td_registry_at(&td_datas, i);
        assert_int_equal(kind->abi, TD_ABI);
        assert_int_equal(kind->real_size, sizeof(real));
        assert_true(strlen(kind->doc) > 20);
        for (const struct td_param *p = kind->params; p->name; ++p)
            assert_true(p->help && strlen(p->help) > 5);
        if (strcmp(kind->name, "fashion-mnist") == 0)
            continue;
        struct td_error err = {0};
        const struct td_dataset *data = NULL;
        td_status status = load(kind->name, (const char *const[]){NULL}, 1, &data, &err);
        assert_true(status == TD_OK ? data->train.n > 0 && data->summary[0]
                                    : status == TD_BAD_INPUT && err.message[0]);
        td_dataset_release(data);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idx_plain_and_gzip),
        cmocka_unit_test(first_rows_and_test_files),
        cmocka_unit_test(idx_element_types),
        cmocka_unit_test(broken_idx_files),
        cmocka_unit_test(damaged_gzip_files),
        cmocka_unit_test(fashion_mnist),
        cmocka_unit_test(damaged_checksum),
        cmocka_unit_test(missing_fashion_mnist_names_the_package),
        cmocka_unit_test(csv_classes_are_numbered_in_sorted_order),
        cmocka_unit_test(csv_regression),
        cmocka_unit_test(csv_mistakes_are_named),
        cmocka_unit_test(parts_are_disjoint_and_drawn_by_the_seed),
        cmocka_unit_test(standardisation),
        cmocka_unit_test(validation_part),
        cmocka_unit_test(validation_part_of_arrays),
        cmocka_unit_test(arrays_as_data),
        cmocka_unit_test(clusters_have_the_stated_spread),
        cmocka_unit_test(linear_teacher_is_linear),
        cmocka_unit_test(parity_is_the_truth_table),
        cmocka_unit_test(spirals_wind_outwards),
        cmocka_unit_test(constant_noise_has_nothing_to_learn),
        cmocka_unit_test(draws_do_not_depend_on_their_number),
        cmocka_unit_test(equal_parts_share_one_copy),
        cmocka_unit_test(files_are_read_once_for_all_seeds),
        cmocka_unit_test(changed_files_are_read_again),
        cmocka_unit_test(every_kind_is_described),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
