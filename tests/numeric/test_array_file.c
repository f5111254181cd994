/* Arrays from NPY, NPZ and HDF5 files: every dtype and order against values known beforehand, every
   broken or hostile header refused quickly and with little memory. */
#include "array_support.h"

#include <sys/resource.h>
#include <time.h>

static const size_t shape_a[] = {4, 3};

static void versions_one_to_three_read_the_same(void **state) {
    (void)state;
    const char *header = "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 3), }";
    for (int version = 1; version <= 3; ++version)
        for (size_t padding = 0; padding <= 5000; padding += 2500)
            reads_as(put_npy(version, header, padding, matrix_a, sizeof matrix_a), 2, shape_a,
                     matrix_a, "float64");
}

static void header_is_a_python_dictionary(void **state) {
    (void)state;
    static const char *const headers[] = {
        "{'shape': (4, 3), 'descr': '<f8', 'fortran_order': False}",
        "{\"descr\":\"<f8\",\"fortran_order\":False,\"shape\":(4,3,)}",
        "{ 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( 4L, 3L ) , }",
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; ++i)
        reads_as(put_npy(1, headers[i], 7, matrix_a, sizeof matrix_a), 2, shape_a, matrix_a,
                 "float64");
}

/* Elements 0, 1, 2, 100 of type T stored in native and swapped order. */
static void check_dtype(const void *elements, size_t item, const char *code, const char *name) {
    const double expected[] = {0, 1, 2, 100};
    for (int swapped = 0; swapped < 2; ++swapped) {
        unsigned char bytes[4 * 8];
        bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
        for (size_t i = 0; i < 4; ++i)
            for (size_t j = 0; j < item; ++j)
                bytes[i * item + j] =
                    ((const unsigned char *)elements)[i * item + (swapped ? item - 1 - j : j)];
        char header[100];
        snprintf(header, sizeof header,
                 "{'descr': '%c%s', 'fortran_order': False, 'shape': (4,), }",
                 item == 1           ? '|'
                 : little != swapped ? '<'
                                     : '>',
                 code);
        reads_as(put_npy(1, header, 0, bytes, 4 * item), 1, (size_t[]){4}, expected, name);
    }
}

static void all_dtypes_and_byte_orders(void **state) {
    (void)state;
    check_dtype((int8_t[]){0, 1, 2, 100}, 1, "i1", "int8");
    check_dtype((int16_t[]){0, 1, 2, 100}, 2, "i2", "int16");
    check_dtype((int32_t[]){0, 1, 2, 100}, 4, "i4", "int32");
    check_dtype((int64_t[]){0, 1, 2, 100}, 8, "i8", "int64");
    check_dtype((uint8_t[]){0, 1, 2, 100}, 1, "u1", "uint8");
    check_dtype((uint16_t[]){0, 1, 2, 100}, 2, "u2", "uint16");
    check_dtype((uint32_t[]){0, 1, 2, 100}, 4, "u4", "uint32");
    check_dtype((uint64_t[]){0, 1, 2, 100}, 8, "u8", "uint64");
    check_dtype((float[]){0, 1, 2, 100}, 4, "f4", "float32");
    check_dtype((double[]){0, 1, 2, 100}, 8, "f8", "float64");
    check_dtype((uint16_t[]){0, 0x3c00, 0x4000, 0x5640}, 2, "f2", "float16");
}

static void extreme_integers(void **state) {
    (void)state;
    const int64_t v[] = {INT64_MIN, INT64_MAX, -1, (1LL << 53) + 1};
    const double expected[] = {-0x1p63, 0x1p63, -1, 0x1p53}; /* nearest doubles */
    reads_as(
        put_npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }", 0, v, sizeof v), 1,
        (size_t[]){4}, expected, "int64");
    const int8_t w[] = {-128, 127, -1, 0};
    reads_as(
        put_npy(1, "{'descr': '|i1', 'fortran_order': False, 'shape': (4,), }", 0, w, sizeof w), 1,
        (size_t[]){4}, (double[]){-128, 127, -1, 0}, "int8");
    const uint64_t u[] = {UINT64_MAX, 0x8000000000000000u};
    reads_as(
        put_npy(1, "{'descr': '<u8', 'fortran_order': False, 'shape': (2,), }", 0, u, sizeof u), 1,
        (size_t[]){2}, (double[]){0x1p64, 0x1p63}, "uint64");
    const unsigned char b[] = {0, 1, 255};
    reads_as(
        put_npy(1, "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", 0, b, sizeof b), 1,
        (size_t[]){3}, (double[]){0, 1, 1}, "bool");
}

/* Value of a binary16 by its definition, with powers of two multiplied out. */
static double half_by_definition(unsigned h) {
    double x = h & 1023;
    int exponent = (int)(h >> 10 & 31);
    if (exponent)
        x += 1024;
    else
        exponent = 1;
    for (int i = 25; i > exponent; --i)
        x /= 2;
    for (int i = 25; i < exponent; ++i)
        x *= 2;
    return h >> 15 ? -x : x;
}

static void every_finite_float16(void **state) {
    (void)state;
    static uint16_t bits[1 << 16];
    static double expected[1 << 16];
    size_t n = 0;
    for (unsigned h = 0; h < 1u << 16; ++h) {
        if ((h >> 10 & 31) == 31)
            continue;
        bits[n] = (uint16_t)h;
        expected[n++] = half_by_definition(h);
    }
    assert_int_equal(n, 63488);
    assert_true(expected[1] == 0x1p-24 && expected[0x7bff] == 65504);
    reads_as(
        put_npy(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (63488,), }", 0, bits, n * 2),
        1, &n, expected, "float16");
}

static void fortran_order(void **state) {
    (void)state;
    double columns[12], cube[24], cube_f[24];
    for (size_t i = 0; i < 4; ++i)
        for (size_t j = 0; j < 3; ++j)
            columns[j * 4 + i] = matrix_a[i * 3 + j];
    reads_as(put_npy(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (4, 3), }", 0, columns,
                     sizeof columns),
             2, shape_a, matrix_a, "float64");
    for (size_t i = 0; i < 2; ++i)
        for (size_t j = 0; j < 3; ++j)
            for (size_t k = 0; k < 4; ++k) {
                cube[(i * 3 + j) * 4 + k] = (double)(100 * i + 10 * j + k);
                cube_f[(k * 3 + j) * 2 + i] = (double)(100 * i + 10 * j + k);
            }
    reads_as(put_npy(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3, 4), }", 0, cube_f,
                     sizeof cube_f),
             3, (size_t[]){2, 3, 4}, cube, "float64");
    reads_as(put_npy(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (12,), }", 0, matrix_a,
                     sizeof matrix_a),
             1, (size_t[]){12}, matrix_a, "float64");
}

static void shapes_as_rows_and_columns(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t n, rows, columns;
    } cases[] = {{"()", 1, 1, 1},
                 {"(5,)", 5, 5, 1},
                 {"(2, 6)", 12, 2, 6},
                 {"(2, 3, 2)", 12, 2, 6},
                 {"(2, 1, 3, 2)", 12, 2, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char header[100];
        struct td_array a;
        snprintf(header, sizeof header, "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }",
                 cases[i].text);
        assert_int_equal(td_array_read(put_npy(1, header, 0, matrix_a, cases[i].n * 8), &a, NULL),
                         TD_OK);
        assert_int_equal(td_array_rows(&a), cases[i].rows);
        assert_int_equal(td_array_columns(&a), cases[i].columns);
        td_array_free(&a);
    }
}

static void empty_axes_are_refused(void **state) {
    (void)state;
    refused(put_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), }", 0, "", 0),
            "no rows", "(0, 3)", NULL);
    refused(put_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }", 0, "", 0),
            "no rows", "(0,)", NULL);
    refused(put_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 0), }", 0, "", 0),
            "no columns", NULL);
    refused(put_npy(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (3, 1, 0), }", 0, "", 0),
            "(3, 1, 0)", NULL);
}

static void other_dtypes_are_named(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"'|O'", "object"},       {"'<c16'", "complex"},
        {"'<c8'", "<c8"},         {"'<U7'", "text"},
        {"'|S3'", "text"},        {"[('a', '<f8'), ('b', '<i4')]", "structured"},
        {"'|V16'", "structured"}, {"'<M8[ns]'", "date"},
        {"'<f16'", "<f16"},       {"'<f3'", "<f3"},
        {"'<i16'", "<i16"},       {"'|f1'", "|f1"},
        {"''", "dtype"},          {"'<'", "dtype"},
        {"'<f8x'", "<f8x"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
        char header[200];
        snprintf(header, sizeof header, "{'descr': %s, 'fortran_order': False, 'shape': (5,), }",
                 cases[i][0]);
        refused(put_npy(1, header, 0, matrix_a, 80), "dtype", cases[i][1], "float16/32/64", NULL);
    }
}

/* Peak memory of this process in bytes. */
static double peak_memory(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1024.0 * (double)usage.ru_maxrss;
}

static void hostile_sizes_cost_nothing(void **state) {
    (void)state;
    static const char *const shapes[] = {"(1000000000, 1000000)",
                                         "(-1, 3)",
                                         "(4, -3)",
                                         "(9223372036854775808,)",
                                         "(9223372036854775807,)",
                                         "(4294967296, 4294967296, 4294967296)",
                                         "(18446744073709551616,)",
                                         "(99999999999999999999999999999999,)",
                                         "(3037000500, 3037000500)",
                                         "(11,)",
                                         "(9,)",
                                         "(0, 9223372036854775807, 0)",
                                         "(9223372036854775807, 9223372036854775807, 0)"};
    double before = peak_memory();
    struct timespec t0, t1;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; ++i)
        for (int fortran = 0; fortran < 2; ++fortran) {
            char header[200];
            snprintf(header, sizeof header, "{'descr': '<f8', 'fortran_order': %s, 'shape': %s, }",
                     fortran ? "True" : "False", shapes[i]);
            put_npy(2, header, 0, matrix_a, 80);
            clock_gettime(CLOCK_MONOTONIC, &t0);
            refused(scratch_file, NULL);
            clock_gettime(CLOCK_MONOTONIC, &t1);
            assert_true((double)(t1.tv_sec - t0.tv_sec) + 1e-9 * (double)(t1.tv_nsec - t0.tv_nsec) <
                        0.1);
        }
    assert_true(peak_memory() - before < 50e6);
}

/* A file with holes holds what its header promises, but no memory does. */
static void arrays_beyond_memory(void **state) {
    (void)state;
    put_npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (4398046511104,), }", 0, "", 0);
    FILE *f = fopen(scratch_file, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    int failed = ftruncate(fileno(f), ftell(f) + (1LL << 42));
    fclose(f);
    if (failed)
        skip();
    refused(scratch_file, "needs 3.52e+04 GB", NULL);
}

static void messages_say_what_was_promised(void **state) {
    (void)state;
    const char *vast = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000), }";
    refused(put_npy(1, vast, 0, matrix_a, 80), "truncated", "(1000000000, 1000000)",
            "8000000000000000", "80 follow", NULL);
    refused(
        put_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (-4,), }", 0, matrix_a, 80),
        "negative", NULL);
    refused(
        put_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (9,), }", 0, matrix_a, 80),
        "8 bytes follow the array", NULL);
}

static void malformed_headers(void **state) {
    (void)state;
    static const char *const headers[] = {
        "",
        "{",
        "}",
        "{}",
        "[]",
        "{'descr': '<f8'}",
        "{'descr': '<f8', 'fortran_order': False}",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (10,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': [10]}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': 10}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10,}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10 2)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1e1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10,)} x",
        "{'descr': '<f8' 'fortran_order': False, 'shape': (10,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10,), 'shape': (10,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (10,), 'other': 1}",
        "{'descr': '<f8, 'fortran_order': False, 'shape': (10,)}",
        "{'descr: '<f8', 'fortran_order': False, 'shape': (10,)}",
        "{descr: '<f8', 'fortran_order': False, 'shape': (10,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1, 1, 1, 10)}"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; ++i)
        refused(put_npy(1, headers[i], 0, matrix_a, 80), NULL);
}

static void broken_files(void **state) {
    (void)state;
    refused(put("", 0), "empty", NULL);
    refused(put("\x93NUMPY", 6), "truncated", NULL);
    refused(put("\x93NUMPY\x01\0", 8), "truncated", NULL);
    refused(put("\x93NUMPY\x04\0\x10\0", 10), "version 4.0", NULL);
    refused(put("\x93NUMPY\x02\0\xff\xff\xff\xff{}", 14), "4294967295", NULL);
    refused(put("\x93NUMPY\x01\0\x10\0{'descr'", 18), "header", NULL);
    refused("/nonexistent/a.npy", "No such file", NULL);
    refused(scratch, "folder", NULL);
    refused("/dev/null", "pipe or device", NULL);
    char path[80];
    snprintf(path, sizeof path, "%s/x.npy", scratch);
    rename(put("1,2\n", 4), path);
    refused(path, "no npy file", NULL);
    unlink(path);
}

static void non_finite_elements_are_located(void **state) {
    (void)state;
    const uint16_t half[] = {0x3c00, 0x3c00, 0x3c00, 0x3c00, 0x3c00, 0x7c00}; /* 70000 as float16 */
    refused(put_npy(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (2, 3), }", 0, half,
                    sizeof half),
            "row 1", "column 2", "inf", NULL);
    const double nans[] = {0, 1, NAN, -INFINITY};
    refused(put_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }", 0, nans,
                    sizeof nans),
            "row 2", "column 0", "nan", NULL);
    refused(put_npy(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }", 0,
                    (double[]){0, 1, 2, -INFINITY}, 32),
            "row 1", "column 1", "-inf", NULL);
}

static void written_files_read_back(void **state) {
    (void)state;
    const double v[] = {0.1, -0.0, 1e-310, 1.7976931348623157e308, M_PI, -3};
    assert_int_equal(td_npy_write(scratch_file, 2, (size_t[]){2, 3}, v, NULL), TD_OK);
    reads_as(scratch_file, 2, (size_t[]){2, 3}, v, "float64");
    assert_int_equal(td_npy_write(scratch_file, 0, NULL, v, NULL), TD_OK);
    reads_as(scratch_file, 0, NULL, v, "float64");
    assert_int_equal(td_npy_write(scratch_file, 4, (size_t[]){1, 2, 3, 1}, v, NULL), TD_OK);
    reads_as(scratch_file, 4, (size_t[]){1, 2, 3, 1}, v, "float64");
    /* numpy.lib.format: data start at a multiple of 64 bytes, the header ends in a newline */
    FILE *f = fopen(scratch_file, "rb");
    unsigned char head[128];
    assert_int_equal(fread(head, 1, sizeof head, f), sizeof head);
    fclose(f);
    size_t start = 10 + head[8] + 256u * head[9];
    assert_int_equal(start % 64, 0);
    assert_int_equal(head[start - 1], '\n');
}

static void failed_writes_leave_nothing(void **state) {
    (void)state;
    struct td_error err = {0};
    assert_int_equal(td_npy_write("/nonexistent/x.npy", 1, (size_t[]){1}, matrix_a, &err),
                     TD_FAILED);
    assert_non_null(strstr(err.message, "No such file"));
    put("kept", 4);
    struct rlimit limit, small = {.rlim_cur = 1024, .rlim_max = RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &limit);
    small.rlim_max = limit.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    static double large[1000];
    setrlimit(RLIMIT_FSIZE, &small);
    td_status status = td_npy_write(scratch_file, 1, (size_t[]){1000}, large, &err);
    setrlimit(RLIMIT_FSIZE, &limit);
    assert_int_equal(status, TD_FAILED);
    assert_non_null(strstr(err.message, "too large"));
    FILE *f = fopen(scratch_file, "rb"); /* what was there is untouched */
    char text[8] = "";
    assert_int_equal(fread(text, 1, sizeof text, f), 4);
    fclose(f);
    assert_memory_equal(text, "kept", 4);
    /* remove_scratch fails if a temporary file is left */
}

static const char *data(const char *name) {
    static char path[512];
    snprintf(path, sizeof path, "%s/tests/numeric/data/%s", TDYN_SOURCE_DIR, name);
    return path;
}

static void npz_members(void **state) {
    (void)state;
    static const char *const archives[] = {"stored.npz", "deflated.npz"};
    for (size_t i = 0; i < 2; ++i) {
        char spec[64];
        snprintf(spec, sizeof spec, "%s:A", archives[i]);
        reads_as(data(spec), 2, shape_a, matrix_a, "float64");
        snprintf(spec, sizeof spec, "%s:b.npy", archives[i]);
        reads_as(data(spec), 2, (size_t[]){4, 1}, (double[]){0, 1, 2, 4}, "float64");
        snprintf(spec, sizeof spec, "%s:c", archives[i]);
        refused(data(spec), "no member 'c'", "A, b", NULL);
        refused(data(archives[i]), "2 members", "A, b", NULL);
    }
    reads_as(data("one.npz"), 2, shape_a, matrix_a, "float64");
    reads_as(data("one.npz:arr_0"), 2, shape_a, matrix_a, "float64");
    put_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 3), }", 0, matrix_a, 96);
    char spec[80];
    snprintf(spec, sizeof spec, "%s:x", scratch_file);
    refused(spec, "no member 'x'", NULL);
}

/* Reads a file of the tests' data into memory; returns its size. */
static size_t load(const char *name, unsigned char *bytes, size_t size) {
    FILE *f = fopen(data(name), "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, size, f);
    fclose(f);
    return n;
}

/* Whatever byte of an archive is damaged: refused, or what it held. */
static void damaged_archives(void **state) {
    (void)state;
    static const char *const names[] = {"stored.npz", "deflated.npz"};
    for (size_t k = 0; k < 2; ++k) {
        unsigned char bytes[1024];
        size_t n = load(names[k], bytes, sizeof bytes), refusals = 0;
        char spec[80];
        for (size_t i = 0; i < n; ++i) {
            bytes[i] ^= 0x41;
            put(bytes, n);
            bytes[i] ^= 0x41;
            snprintf(spec, sizeof spec, "%s:A", scratch_file);
            struct td_array a;
            struct td_error err = {0};
            td_status status = td_array_read(spec, &a, &err);
            if (status == TD_OK) {
                assert_int_equal(td_array_rows(&a) * td_array_columns(&a), 12);
                assert_memory_equal(a.v, matrix_a, sizeof matrix_a);
                td_array_free(&a);
            } else {
                assert_true(err.message[0] && !a.v);
                ++refusals;
            }
        }
        assert_true(refusals > n / 4);
        for (size_t i = 4; i < n; ++i) { /* cut short anywhere */
            put(bytes, i);
            snprintf(spec, sizeof spec, "%s:A", scratch_file);
            refused(spec, NULL);
        }
    }
}

static void hdf5_datasets(void **state) {
    (void)state;
    struct td_array a;
    struct td_error err = {0};
    if (td_array_read(data("arrays.h5:/A"), &a, &err) != TD_OK) {
        assert_non_null(strstr(err.message, "without HDF5"));
        skip();
    }
    td_array_free(&a);
    reads_as(data("arrays.h5:/A"), 2, shape_a, matrix_a, "float64");
    reads_as(data("arrays.h5:A"), 2, shape_a, matrix_a, "float64");
    reads_as(data("arrays.h5:/half"), 2, shape_a, matrix_a, "float16");
    reads_as(data("arrays.h5:/layer/b"), 1, (size_t[]){4}, (double[]){0, 1, 2, -4}, "int32");
    reads_as(data("arrays.h5:/flags"), 1, (size_t[]){3}, (double[]){1, 0, 1}, "bool");
    refused(data("arrays.h5"), "7 datasets", "/layer/b", NULL);
    refused(data("arrays.h5:/nothing"), "no dataset '/nothing'", "/A", NULL);
    refused(data("arrays.h5:/layer"), "no dataset '/layer'", NULL);
    refused(data("arrays.h5:/none"), "no rows", NULL);
    refused(data("arrays.h5:/vast"), "0 bytes are stored", NULL);
    refused(data("arrays.h5:/complex"), "complex or structured", NULL);
    unsigned char bytes[8192];
    size_t n = load("arrays.h5", bytes, sizeof bytes);
    for (size_t cut = 8; cut < n; cut += 500) {
        char spec[80];
        put(bytes, cut);
        snprintf(spec, sizeof spec, "%s:/A", scratch_file);
        refused(spec, NULL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_one_to_three_read_the_same),
        cmocka_unit_test(header_is_a_python_dictionary),
        cmocka_unit_test(all_dtypes_and_byte_orders),
        cmocka_unit_test(extreme_integers),
        cmocka_unit_test(every_finite_float16),
        cmocka_unit_test(fortran_order),
        cmocka_unit_test(shapes_as_rows_and_columns),
        cmocka_unit_test(empty_axes_are_refused),
        cmocka_unit_test(other_dtypes_are_named),
        cmocka_unit_test(hostile_sizes_cost_nothing),
        cmocka_unit_test(arrays_beyond_memory),
        cmocka_unit_test(messages_say_what_was_promised),
        cmocka_unit_test(malformed_headers),
        cmocka_unit_test(broken_files),
        cmocka_unit_test(non_finite_elements_are_located),
        cmocka_unit_test(written_files_read_back),
        cmocka_unit_test(failed_writes_leave_nothing),
        cmocka_unit_test(npz_members),
        cmocka_unit_test(damaged_archives),
        cmocka_unit_test(hdf5_datasets),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
