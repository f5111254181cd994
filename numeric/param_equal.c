/* Comparing structs by the table that filled them. */
#include <string.h>

#include "numeric/param.h"

static bool same_reals(const struct td_reals *a, const struct td_reals *b) {
    return a->n == b->n && (a->n == 0 || !memcmp(a->v, b->v, a->n * sizeof *a->v));
}

static bool same_ints(const struct td_ints *a, const struct td_ints *b) {
    return a->n == b->n && (a->n == 0 || !memcmp(a->v, b->v, a->n * sizeof *a->v));
}

static bool same_strings(const struct td_strings *a, const struct td_strings *b) {
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (strcmp(a->v[i], b->v[i]) != 0)
            return false;
    return a->n == b->n;
}

static bool same_part(const struct td_param *param, const struct td_part *a,
                      const struct td_part *b) {
    return a->kind == b->kind &&
           (!param->common || td_params_equal(param->common, a->common, b->common)) &&
           (!a->kind || !a->kind->params || td_params_equal(a->kind->params, a->params, b->params));
}

static bool same_parts(const struct td_param *param, const struct td_parts *a,
                       const struct td_parts *b) {
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (!same_part(param, &a->v[i], &b->v[i]))
            return false;
    return a->n == b->n;
}

static bool same_field(const struct td_param *param, const void *a, const void *b) {
    switch (param->type) {
    case TD_INT:
        return *(const int64_t *)a == *(const int64_t *)b;
    case TD_REAL:
        return !memcmp(a, b, sizeof(double));
    case TD_BOOL:
        return *(const bool *)a == *(const bool *)b;
    case TD_CHOICE:
        return *(const int *)a == *(const int *)b;
    case TD_STRING:
        return !strcmp(*(const char *const *)a, *(const char *const *)b);
    case TD_REALS:
        return same_reals(a, b);
    case TD_INTS:
        return same_ints(a, b);
    case TD_STRINGS:
        return same_strings(a, b);
    case TD_STEPS:
        return !strcmp(((const struct td_steps *)a)->text, ((const struct td_steps *)b)->text);
    case TD_PART:
        return same_part(param, a, b);
    case TD_PARTS:
        return same_parts(param, a, b);
    }
    return false;
}

bool td_params_equal(const struct td_param *table, const void *a, const void *b) {
    if (!a || !b)
        return a == b;
    for (const struct td_param *p = table; p && p->name; p++)
        if (!same_field(p, (const char *)a + p->offset, (const char *)b + p->offset))
            return false;
    return true;
}
