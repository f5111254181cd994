#include "sweep/sql_sample.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static void fail(sqlite3_context *context, struct td_sql_sample *s, const char *message) {
    s->failed = 1;
    sqlite3_result_error(context, message, -1);
}

static void fail_memory(sqlite3_context *context, struct td_sql_sample *s) {
    s->failed = 1;
    sqlite3_result_error_nomem(context);
}

int td_sql_number(sqlite3_value *value, double *x) {
    int type = sqlite3_value_numeric_type(value);
    if (type == SQLITE_NULL)
        return 0;
    if (type != SQLITE_INTEGER && type != SQLITE_FLOAT)
        return -1;
    *x = sqlite3_value_double(value);
    return !isnan(*x);
}

static int reserve(struct td_sql_sample *s) {
    if (s->n < s->capacity)
        return 1;
    size_t capacity = s->capacity ? 2 * s->capacity : 32;
    double *x = sqlite3_realloc64(s->x, capacity * sizeof *x);
    if (x)
        s->x = x;
    double *y = sqlite3_realloc64(s->y, capacity * sizeof *y);
    if (y)
        s->y = y;
    if (!x || !y)
        return 0;
    s->capacity = capacity;
    return 1;
}

/* The second argument of quantile and ci: a probability, the same in every row. */
static void take_parameter(sqlite3_context *context, struct td_sql_sample *s,
                           sqlite3_value *value) {
    double p = 0;
    if (td_sql_number(value, &p) != 1 || p < 0 || p > 1)
        fail(context, s, "the second argument must be a number in [0, 1]");
    else if (s->has_parameter && p != s->parameter)
        fail(context, s, "the second argument must be the same in every row");
    s->parameter = p;
    s->has_parameter = 1;
}

/* Numbers the groups in order of appearance; 0: NULL or an error. */
static int take_group(sqlite3_context *context, struct td_sql_sample *s, sqlite3_value *value,
                      double *number) {
    if (sqlite3_value_type(value) == SQLITE_NULL)
        return 0;
    const char *name = (const char *)sqlite3_value_text(value);
    size_t i = 0;
    while (name && i < s->n_groups && strcmp(s->groups[i], name) != 0)
        ++i;
    *number = (double)i;
    if (name && i < s->n_groups)
        return 1;
    if (i == TD_SQL_GROUPS_MAX) {
        fail(context, s, "more than 1000 different groups");
        return 0;
    }
    if (!s->groups)
        s->groups = sqlite3_malloc64(TD_SQL_GROUPS_MAX * sizeof *s->groups);
    char *copy = name && s->groups ? sqlite3_mprintf("%s", name) : NULL;
    if (!copy) {
        fail_memory(context, s);
        return 0;
    }
    s->groups[s->n_groups++] = copy;
    return 1;
}

static void add(sqlite3_context *context, struct td_sql_sample *s, double x, double y) {
    if (s->n == TD_SQL_ROWS_MAX) {
        fail(context, s, "more than 50000000 rows in a group");
    } else if (!reserve(s)) {
        fail_memory(context, s);
    } else {
        s->x[s->n] = x;
        s->y[s->n++] = y;
    }
}

static void step(sqlite3_context *context, int n, sqlite3_value **values) {
    (void)n;
    const struct td_sql_aggregate *a = sqlite3_user_data(context);
    struct td_sql_sample *s = sqlite3_aggregate_context(context, sizeof *s);
    double x = 0, y = 0;
    if (!s) {
        sqlite3_result_error_nomem(context);
        return;
    }
    if (s->failed)
        return;
    if (a->second == TD_SQL_PARAMETER)
        take_parameter(context, s, values[1]);
    int swapped = a->second == TD_SQL_PAIR_YX;
    int has_x = td_sql_number(values[swapped], &x), has_y = 1;
    if (swapped || a->second == TD_SQL_PAIR)
        has_y = td_sql_number(values[!swapped], &y);
    if (s->failed || !has_x || !has_y)
        return;
    if (has_x < 0 || has_y < 0)
        fail(context, s, "an argument is a text that is not a number");
    else if (a->second != TD_SQL_GROUP || take_group(context, s, values[1], &y))
        add(context, s, x, y);
}

static void finish(sqlite3_context *context) {
    const struct td_sql_aggregate *a = sqlite3_user_data(context);
    struct td_sql_sample *s = sqlite3_aggregate_context(context, 0);
    if (!s)
        return; /* no rows: NULL */
    if (!s->failed && s->n >= a->n_least) {
        double value = a->reduce(s);
        if (s->error)
            sqlite3_result_error(context, s->error, -1);
        else
            sqlite3_result_double(context, value); /* NaN becomes NULL */
    }
    for (size_t i = 0; i < s->n_groups; ++i)
        sqlite3_free(s->groups[i]);
    sqlite3_free(s->groups);
    sqlite3_free(s->x);
    sqlite3_free(s->y);
}

int td_sql_register_sample(sqlite3 *db, const struct td_sql_aggregate *table, size_t n) {
    int code = SQLITE_OK;
    for (size_t i = 0; i < n && code == SQLITE_OK; ++i)
        code = sqlite3_create_function_v2(db, table[i].name, table[i].second == TD_SQL_NONE ? 1 : 2,
                                          TD_SQL_FLAGS, (void *)(uintptr_t)&table[i], NULL, step,
                                          finish, NULL);
    return code;
}
