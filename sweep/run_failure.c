#include "sweep/run_failure.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A parameter is swept if it differs among some tasks spread over the plan: a grid's first and last
   task differ in all of its axes. */
enum { SPREAD = 32, SHOWN_PARAMETERS_BYTES = 1000 };

static const char *value_of(const struct td_task_spec *task, size_t place, const char *name) {
    const struct td_settings *s = &task->settings;
    if (place < s->n && !strcmp(s->v[place].name, name))
        return s->v[place].value;
    for (size_t i = 0; i < s->n; i++)
        if (!strcmp(s->v[i].name, name))
            return s->v[i].value;
    return NULL;
}

static bool is_swept(const struct td_plan *plan, const struct td_task_spec *task, size_t place) {
    const struct td_setting *mine = &task->settings.v[place];
    size_t n = plan->n < SPREAD ? plan->n : SPREAD;
    for (size_t k = 0; k < n; k++) {
        size_t at = n > 1 ? (plan->n - 1) / (n - 1) * k : 0;
        const struct td_task_spec *other = &plan->tasks[k + 1 == n ? plan->n - 1 : at];
        const char *value = value_of(other, place, mine->name);
        if (other->recipe == task->recipe && (!value || strcmp(value, mine->value) != 0))
            return true;
    }
    return false;
}

struct text {
    char *buffer;
    size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void append(struct text *t, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->buffer + t->used, t->size - t->used, format, args);
    va_end(args);
    size_t room = t->size - t->used - 1;
    t->used += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room;
}

void td_failure_text(const struct td_plan *plan, size_t task, const char *reason, char *buffer,
                     size_t size) {
    const struct td_task_spec *spec = &plan->tasks[task];
    struct text t = {buffer, size, 0};
    append(&t, "%s", spec->recipe->name);
    for (size_t i = 0; i < spec->settings.n && t.used < SHOWN_PARAMETERS_BYTES; i++)
        if (is_swept(plan, spec, i))
            append(&t, " %s=%.200s", spec->settings.v[i].name, spec->settings.v[i].value);
    append(&t, " seed=%" PRIu64 " failed (task %.12s): %s", spec->seed, spec->id, reason);
}
