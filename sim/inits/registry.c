#include "sim/init.h"

extern const struct td_init td_init_lecun, td_init_glorot, td_init_he, td_init_orthogonal,
    td_init_uniform, td_init_normal, td_init_truncated_normal, td_init_constant, td_init_zeros,
    td_init_sparse, td_init_student_t;

static const struct td_kind *const kinds[] = {
    &td_init_lecun.kind,
    &td_init_glorot.kind,
    &td_init_he.kind,
    &td_init_orthogonal.kind,
    &td_init_uniform.kind,
    &td_init_normal.kind,
    &td_init_truncated_normal.kind,
    &td_init_constant.kind,
    &td_init_zeros.kind,
    &td_init_sparse.kind,
    &td_init_student_t.kind,
    NULL,
};

struct td_registry td_inits = {.family = "initialisation", .kinds = kinds};
