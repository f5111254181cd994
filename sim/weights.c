#include "sim/weights.h"

#include <string.h>

#include "numeric/memory.h"
#include "sim/graph_params.h"
#include "sim/init.h"
#include "sim/names.h"

enum { ALIGN_REALS = TD_ALIGN / sizeof(real) };

/* *total += n rounded up to whole cache lines; false on overflow. */
static bool add_padded(size_t *total, size_t n) {
    size_t padded;
    return !__builtin_add_overflow(n, ALIGN_REALS - 1, &padded) &&
           !__builtin_add_overflow(*total, padded / ALIGN_REALS * ALIGN_REALS, total);
}

static td_status copy_slice(struct td_weights *w, struct td_slice *slice,
                            const struct td_slice *src, struct td_error *err) {
    size_t size;
    *slice = *src;
    slice->offset = w->n;
    if (!src->name || !src->rows || !src->cols)
        return td_fail(err, TD_BAD_INPUT,
                       "weight \"%s\" is %zu x %zu: it needs a name and at least "
                       "one row and column",
                       src->name ? src->name : "", src->rows, src->cols);
    if (!td_mul(src->rows, src->cols, &size) || !add_padded(&w->n, size))
        return td_fail_memory(err, SIZE_MAX);
    slice->decay = src->init.scheme ? 1 : 0;
    slice->name = td_arena_strdup(w->arena, src->name);
    if (!slice->name)
        return td_fail_memory(err, strlen(src->name));
    const struct td_init *scheme = src->init.scheme;
    if (scheme && scheme->kind.params_size) {
        if (!src->init.params)
            return td_fail(err, TD_BAD_INPUT, "weight \"%s\": init %s needs its parameters",
                           src->name, scheme->kind.name);
        slice->init.params = td_params_copy(w->arena, scheme->kind.params, scheme->kind.params_size,
                                            src->init.params);
        if (!slice->init.params)
            return td_fail_memory(err, scheme->kind.params_size);
    } else {
        slice->init.params = NULL;
    }
    return TD_OK;
}

static td_status copy_slices(struct td_weights *w, const struct td_slice *slices, size_t n,
                             struct td_error *err) {
    w->slices = td_calloc(n, sizeof *w->slices);
    if (!w->slices)
        return td_fail_memory(err, n * sizeof *w->slices);
    for (size_t i = 0; i < n; i++) {
        td_status status = copy_slice(w, &w->slices[i], &slices[i], err);
        if (status)
            return status;
        if (td_weights_find(w, slices[i].name))
            return td_fail(err, TD_BAD_INPUT, "two weights are called \"%s\"", slices[i].name);
        w->n_slices++;
    }
    return TD_OK;
}

static td_status copy_states(struct td_weights *w, const struct td_state_slice *states, size_t n,
                             struct td_error *err) {
    w->state_slices = td_calloc(n, sizeof *w->state_slices);
    if (!w->state_slices)
        return td_fail_memory(err, n * sizeof *w->state_slices);
    for (size_t i = 0; i < n; i++) {
        if (td_weights_find_state(w, states[i].name))
            return td_fail(err, TD_BAD_INPUT, "two ops with state are called \"%s\"",
                           states[i].name);
        struct td_state_slice *s = &w->state_slices[i];
        s->name = td_arena_strdup(w->arena, states[i].name);
        s->offset = w->n_state;
        s->n = states[i].n;
        if (!s->name || !add_padded(&w->n_state, s->n))
            return td_fail_memory(err, s->n);
        w->n_state_slices++;
    }
    return TD_OK;
}

td_status td_weights_create(const struct td_slice *slices, size_t n_slices,
                            const struct td_state_slice *states, size_t n_states,
                            struct td_weights **out, struct td_error *err) {
    *out = NULL;
    struct td_weights *w = td_calloc(1, sizeof *w);
    if (!w || !(w->arena = td_arena_create())) {
        td_weights_free(w);
        return td_fail_memory(err, sizeof *w);
    }
    td_status status = copy_slices(w, slices, n_slices, err);
    if (!status)
        status = copy_states(w, states, n_states, err);
    if (!status) {
        w->theta = td_calloc(w->n, sizeof *w->theta);
        w->state = td_calloc(w->n_state, sizeof *w->state);
        if (!w->theta || !w->state)
            status = td_fail_memory(err, w->n * sizeof *w->theta);
    }
    if (status)
        td_weights_free(w);
    else
        *out = w;
    return status;
}

void td_weights_free(struct td_weights *w) {
    if (!w)
        return;
    td_free(w->theta);
    td_free(w->grad);
    td_free(w->state);
    td_free(w->slices);
    td_free(w->state_slices);
    td_arena_free(w->arena);
    td_free(w);
}

td_status td_weights_need_grad(struct td_weights *w, struct td_error *err) {
    if (!w->grad)
        w->grad = td_calloc(w->n, sizeof *w->grad);
    return w->grad ? TD_OK : td_fail_memory(err, w->n * sizeof *w->grad);
}

td_status td_weights_check_under(const struct td_weights *w, const char *prefix, const char *where,
                                 struct td_error *err) {
    const char *names[256] = {0};
    size_t n = w->n_slices < 256 ? w->n_slices : 256;
    for (size_t i = 0; i < w->n_slices; i++)
        if (td_name_under(prefix, w->slices[i].name))
            return TD_OK;
    for (size_t i = 0; i < n; i++)
        names[i] = w->slices[i].name;
    const char *near = td_nearest(prefix, names, n);
    return td_fail(err, TD_BAD_INPUT,
                   "%s: no weights are called \"%.80s\" or lie under it; %s \"%s\"", where, prefix,
                   near ? "nearest:" : "the first is",
                   near ? near
                   : n  ? names[0]
                        : "");
}

struct td_slice *td_weights_find(struct td_weights *w, const char *name) {
    for (size_t i = 0; i < w->n_slices; i++)
        if (strcmp(w->slices[i].name, name) == 0)
            return &w->slices[i];
    return NULL;
}

struct td_state_slice *td_weights_find_state(struct td_weights *w, const char *name) {
    for (size_t i = 0; i < w->n_state_slices; i++)
        if (strcmp(w->state_slices[i].name, name) == 0)
            return &w->state_slices[i];
    return NULL;
}

static td_status draw_slice(struct td_weights *w, size_t i, struct td_stream stream,
                            struct td_error *err) {
    const struct td_slice *s = &w->slices[i];
    const struct td_weight_init *init = &s->init;
    real *v = w->theta + s->offset;
    if (!init->scheme) {
        for (size_t j = 0; j < s->rows * s->cols; j++)
            v[j] = (real)init->value;
        return TD_OK;
    }
    double fan_in = init->fan_in > 0 ? init->fan_in : (double)s->cols;
    double fan_out = init->fan_out > 0 ? init->fan_out : (double)s->rows;
    td_status status = init->scheme->draw(init->params, s->rows, s->cols, fan_in, fan_out, stream,
                                          (uint32_t)i, v, err);
    return status ? td_fail_in(err, "weight \"%s\"", s->name) : TD_OK;
}

td_status td_weights_init(struct td_weights *w, uint64_t seed, struct td_error *err) {
    struct td_stream stream = td_stream_make(seed, "init");
    memset(w->state, 0, w->n_state * sizeof *w->state);
    for (size_t i = 0; i < w->n_slices; i++) {
        td_status status = draw_slice(w, i, stream, err);
        if (status)
            return status;
    }
    return TD_OK;
}
