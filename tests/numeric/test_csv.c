/* Text tables: what spreadsheets, NumPy and R write is read, what is no number is refused by row,
   column and line. */
#include "array_support.h"

#include <locale.h>

#include "numeric/csv.h"

static const char *text(const char *s) {
    return put(s, strlen(s));
}

static void dialects(void **state) {
    (void)state;
    static const char *const same[] = {
        "1,2.5\n-3,4e2\n",
        "1,2.5\n-3,4e2",
        "1,2.5\r\n-3,4e2\r\n",
        "a,b\n1,2.5\n-3,4e2\n",
        "\xef\xbb\xbf"
        "a,b\r\n1,2.5\r\n-3,4e2\r\n",
        "\xef\xbb\xbf"
        "1,2.5\n-3,4e2\n",
        "\"a\",\"b, c\"\n1,2.5\n-3,4e2\n",
        "\"a\",\"say \"\"b\"\"\"\n\"1\",\"2.5\"\n\"-3\",\"4e2\"\n",
        "\"two\nlines\",b\n1,2.5\n-3,4e2\n",
        "1;2.5\n-3;4e2\n",
        "a;b, c\n1;2.5\n-3;4e2\n",
        "1\t2.5\n-3\t4e2\n",
        "a name\tb\n1\t2.5\n-3\t4e2\n",
        "1 2.5\n-3 4e2\n",
        "  1   2.5  \n -3   4e2\n",
        "1.000000000000000000e+00 2.500000000000000000e+00\n-3 400\n",
        "# a, b\n# more\n1,2.5\n-3,4e2\n",
        " 1 , 2.5 \n -3 ,4e2 \n",
        "\n\n1,2.5\n\n-3,4e2\n\n\n",
        "1,2.5\n-3,4e2\n   \n",
        "+1,+2.5\n-3.,.4E3\n",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; ++i)
        reads_as(text(same[i]), 2, (size_t[]){2, 2}, (double[]){1, 2.5, -3, 400}, "csv");
    reads_as(text("3\n1\n2\n"), 2, (size_t[]){3, 1}, (double[]){3, 1, 2}, "csv");
    reads_as(text("x\n3\n1\n2\n"), 2, (size_t[]){3, 1}, (double[]){3, 1, 2}, "csv");
    reads_as(text("3,1,2"), 2, (size_t[]){1, 3}, (double[]){3, 1, 2}, "csv");
}

static void numbers_are_exact(void **state) {
    (void)state;
    reads_as(text("0.1,1e-320,1.7976931348623157e308,9007199254740993\n"), 2, (size_t[]){1, 4},
             (double[]){0.1, 1e-320, 1.7976931348623157e308, 9007199254740992.0}, "csv");
    /* a program's locale must not turn the point into a comma */
    if (setlocale(LC_ALL, "de_DE.UTF-8")) {
        reads_as(text("0.5,1.5\n"), 2, (size_t[]){1, 2}, (double[]){0.5, 1.5}, "csv");
        setlocale(LC_ALL, "C");
    }
}

static void missing_values_are_located(void **state) {
    (void)state;
    static const char *const gaps[] = {"", "NA", "n/a", "null", "None", "?", "-", "\"\"", " "};
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; ++i) {
        char table[100];
        snprintf(table, sizeof table, "a,b,c\n1,2,3\n4,%s,6\n", gaps[i]);
        refused(text(table), "row 1", "column 1", "line 3", "no value", NULL);
    }
    refused(text("1,2\n3,\n"), "row 1", "column 1", "line 2", NULL);
    refused(text("1\n\n2\n"), "line 2 is empty", NULL);
    refused(text("1\t\t2\n3\t4\t5\n"), "row 0", "column 1", NULL);
}

static void texts_are_located(void **state) {
    (void)state;
    refused(text("1,2\n3,four\n"), "row 1", "column 1", "'four'", NULL);
    refused(text("a,b\n1,2\nc,d\n"), "row 1", "column 0", "'c'", NULL);
    refused(text("1;2,5\n3;4\n2;\"1,5\"\n"), "decimals are written with a point", NULL);
    refused(text("1,0x10\n2,1\n"), "row 0", "column 1", "0x10", NULL); /* no header */
    refused(text("1,2\n3,1e\n"), "'1e'", NULL);
    refused(text("1,2\n3,--1\n"), "'--1'", NULL);
    refused(text("1,2\n3,\x1b[31m\n"), "'?[31m'", NULL); /* no control characters on a terminal */
}

static void non_finite_numbers_are_located(void **state) {
    (void)state;
    refused(text("1,2\n3,nan\n"), "row 1", "column 1", "nan", NULL);
    refused(text("1,2\n-inf,3\n"), "row 1", "column 0", "-inf", NULL);
    refused(text("a,b\n1,1e999\n"), "row 0", "column 1", "inf", NULL);
}

static void broken_tables(void **state) {
    (void)state;
    refused(text("1,2\n3\n"), "line 2 has 1 fields", "first row has 2", NULL);
    refused(text("1,2\n3,4,5\n"), "line 2 has 3 fields", NULL);
    refused(text("a,b\n"), "no rows", NULL);
    refused(text("\n\n"), "no rows", NULL);
    refused(text("#only\n"), "no rows", NULL);
    refused(text("1,\"2\n3,4\n"), "line 1 is never closed", NULL);
    refused(text("1,\"2\"3\n"), "closing quote", NULL);
    refused(put("1,2\n3,\0"
                "4\n",
                9),
            "zero bytes", NULL);
    refused(put("\xff\xfe"
                "1\0,\0002\0\n\0",
                10),
            "UTF-16", NULL);
    char *wide = malloc(2 * (TD_CSV_COLUMNS_MAX + 2));
    assert_non_null(wide);
    for (size_t i = 0; i <= TD_CSV_COLUMNS_MAX; ++i)
        memcpy(wide + 2 * i, "1,", 2);
    refused(put(wide, 2 * (TD_CSV_COLUMNS_MAX + 1)), "more than 1000000 fields", NULL);
    free(wide);
}

/* A large table against the same numbers by formula: buffers grow without losing anything. */
static void many_rows(void **state) {
    (void)state;
    FILE *f = fopen(scratch_file, "w");
    assert_non_null(f);
    enum { ROWS = 20000, COLUMNS = 7 };
    for (int i = 0; i < ROWS * COLUMNS; ++i)
        fprintf(f, "%.17g%c", (double)i / 7, i % COLUMNS == COLUMNS - 1 ? '\n' : ',');
    fclose(f);
    struct td_array a;
    assert_int_equal(td_array_read(scratch_file, &a, NULL), TD_OK);
    assert_int_equal(td_array_rows(&a), ROWS);
    assert_int_equal(td_array_columns(&a), COLUMNS);
    for (int i = 0; i < ROWS * COLUMNS; ++i)
        assert_true(a.v[i] == (double)i / 7);
    td_array_free(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dialects),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(missing_values_are_located),
        cmocka_unit_test(texts_are_located),
        cmocka_unit_test(non_finite_numbers_are_located),
        cmocka_unit_test(broken_tables),
        cmocka_unit_test(many_rows),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
