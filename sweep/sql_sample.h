/* What SQL aggregates over a whole group share: the rows of a group are collected, ordered or not,
   and reduced at its end. A family of functions is a table of struct td_sql_aggregate. */
#ifndef TD_SWEEP_SQL_SAMPLE_H
#define TD_SWEEP_SQL_SAMPLE_H

#include <stddef.h>

#include "sweep/sql.h"

enum {
    TD_SQL_ROWS_MAX = 50000000, /* rows of one group; more is an error, not a full memory */
    TD_SQL_GROUPS_MAX = 1000    /* different values of a TD_SQL_GROUP argument */
};

/* A group's numbers. SQLite zeroes it at first. */
struct td_sql_sample {
    size_t n, capacity;
    double *x, *y;    /* y: of pairs; the group's number for TD_SQL_GROUP */
    double parameter; /* the second argument of TD_SQL_PARAMETER */
    int has_parameter;
    int failed; /* an error has been reported */
    size_t n_groups;
    char **groups;
    const char *error; /* set by reduce where it has no result to give; static text */
};

/* What the second argument is. TD_SQL_PAIR_YX: arguments are (y, x), else (x, ...). */
enum td_sql_second { TD_SQL_NONE, TD_SQL_PARAMETER, TD_SQL_PAIR, TD_SQL_PAIR_YX, TD_SQL_GROUP };

struct td_sql_aggregate {
    const char *name;
    enum td_sql_second second;
    size_t n_least;                            /* rows below which the result is NULL */
    double (*reduce)(struct td_sql_sample *s); /* NaN becomes NULL; may reorder s->x, s->y */
};

/* A number as SQL functions take it. 1: a number; 0: NULL or NaN, leave the row out; -1: text that
   is no number. */
int td_sql_number(sqlite3_value *value, double *x);

/* Registers n functions; the table must live as long as the connection. */
int td_sql_register_sample(sqlite3 *db, const struct td_sql_aggregate *table, size_t n);

#endif
