/* Plug-in entropies of discrete variables. A variable is a partition of the rows into groups of
   equal value; a vector of many columns is refined column by column, exactly, without keeping its
   patterns. Entropies are in bits. */
#ifndef TD_MEASURE_ENTROPY_H
#define TD_MEASURE_ENTROPY_H

#include <stdbool.h>
#include <stdint.h>

#include "measure/measure.h"

struct td_groups {
    size_t n;     /* rows */
    size_t count; /* groups, numbered by first appearance */
    uint32_t *of; /* (n) the group of a row */
    void *work;   /* inside of entropy.c */
};
/* All rows in one group. n >= 1. */
td_status td_groups_make(struct td_groups *g, size_t n, struct td_error *err);
/* Separates rows whose keys differ (-0 and 0 are equal): key[i * stride] belongs to row i. O(n). */
void td_groups_split(struct td_groups *g, const double *key, size_t stride);
/* Separates rows that b separates. */
void td_groups_join(struct td_groups *g, const struct td_groups *b);
/* Rows are in one group if they are equal in all columns. */
td_status td_groups_of_rows(struct td_groups *g, const struct td_matrix *x, struct td_error *err);
void td_groups_free(struct td_groups *g);

/* H(G) = -sum p ln p of the groups' shares; with Miller-Madow + (K - 1) / (2 N), K groups that
   occur (Miller 1955). `weight` (n): how often each row counts; NULL: once. `scratch` holds count
   doubles. */
double td_entropy(const struct td_groups *g, const double *weight, bool miller_madow,
                  double *scratch);
/* H(J | G), J a refinement of G (td_groups_join): never negative, exactly 0 if J = G. `scratch`
   holds j->count + g->count doubles. */
double td_entropy_given(const struct td_groups *j, const struct td_groups *g, const double *weight,
                        bool miller_madow, double *scratch);

#endif
