#include "experiments/critical_periods/completion.h"

struct td_matrix_tasks_options completion_tasks(const struct completion_options *o) {
    return (struct td_matrix_tasks_options){
        .n = (size_t)o->n,
        .rank = {(size_t)o->rank[0], (size_t)o->rank[1]},
        .observed = {(size_t)o->observations[0], (size_t)o->observations[1]},
        .same = o->same,
        .angle = o->angle};
}

td_status completion_check(const struct completion_options *o, struct td_error *err) {
    struct td_matrix_tasks_options tasks = completion_tasks(o);
    return td_matrix_tasks_check(&tasks, err);
}
