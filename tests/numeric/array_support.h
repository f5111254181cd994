/* Files for the tests of array readers: a scratch folder and NPY files made byte by byte. */
#ifndef TESTS_NUMERIC_ARRAY_SUPPORT_H
#define TESTS_NUMERIC_ARRAY_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numeric/array_file.h"

static char scratch[] = "/tmp/tdyn-array-XXXXXX";
static char scratch_file[64]; /* the one file in it that tests write and rewrite */

/* D3 A of the cases */
static const double matrix_a[] = {1, 0, 2, 3, 1, 0, 0, 4, 1, 2, 2, 5};

static inline int make_scratch(void **state) {
    (void)state;
    if (!mkdtemp(scratch))
        return -1;
    snprintf(scratch_file, sizeof scratch_file, "%s/file", scratch);
    return 0;
}

static inline int remove_scratch(void **state) {
    (void)state;
    unlink(scratch_file);
    return rmdir(scratch);
}

static inline const char *put(const void *bytes, size_t n) {
    FILE *f = fopen(scratch_file, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return scratch_file;
}

/* NPY of the given version with `text` as its header, padded with `padding` spaces. */
static inline const char *put_npy(int version, const char *text, size_t padding, const void *data,
                                  size_t n) {
    size_t header = strlen(text) + padding + 1, width = version == 1 ? 2 : 4;
    char *bytes = malloc(8 + width + header + n), *p = bytes;
    assert_non_null(bytes);
    memcpy(p, "\x93NUMPY", 6);
    p[6] = (char)version;
    p[7] = 0;
    p += 8;
    for (size_t i = 0; i < width; ++i)
        *p++ = (char)(header >> 8 * i & 255);
    memcpy(p, text, strlen(text));
    p += strlen(text);
    memset(p, ' ', padding);
    p += padding;
    *p++ = '\n';
    if (n)
        memcpy(p, data, n);
    put(bytes, (size_t)(p - bytes) + n);
    free(bytes);
    return scratch_file;
}

/* The file is refused as bad input and the message holds all of the texts (NULL ends them). */
static inline void refused(const char *spec, ...) {
    struct td_array a;
    struct td_error err = {0};
    td_status status = td_array_read(spec, &a, &err);
    if (status == TD_OK)
        status = td_array_check_finite(&a, spec, &err);
    td_array_free(&a);
    if (status != TD_BAD_INPUT)
        fail_msg("%s was not refused but gave %d", spec, (int)status);
    va_list args;
    va_start(args, spec);
    for (const char *text; (text = va_arg(args, const char *));)
        if (!strstr(err.message, text))
            fail_msg("\"%s\" does not mention \"%s\"", err.message, text);
    va_end(args);
}

static inline void reads_as(const char *spec, size_t ndim, const size_t *shape, const double *v,
                            const char *dtype) {
    struct td_array a;
    struct td_error err = {0};
    if (td_array_read(spec, &a, &err) != TD_OK)
        fail_msg("%s", err.message);
    assert_int_equal(a.ndim, ndim);
    size_t n = 1;
    for (size_t i = 0; i < ndim; ++i) {
        assert_int_equal(a.shape[i], shape[i]);
        n *= shape[i];
    }
    for (size_t i = 0; i < n; ++i)
        if (memcmp(&a.v[i], &v[i], sizeof *v) != 0)
            fail_msg("%s element %zu is %.17g, expected %.17g", spec, i, a.v[i], v[i]);
    assert_string_equal(a.dtype, dtype);
    td_array_free(&a);
}

#endif
