#include "experiments/train/sites.h"

#include <string.h>

#include "sim/names.h"
#include "sim/network.h"

enum { SITE_NAME_MAX = 128 };

static td_status build(const struct td_train_options *o, size_t samples, struct td_graph **out,
                       struct td_error *err) {
    const struct td_dataset *data = o->data;
    const struct td_network *net = (const struct td_network *)o->net.kind;
    size_t n_out = data->train.label ? data->n_classes : data->n_targets;
    struct td_graph *g = *out = td_graph_create();
    if (!g)
        return td_fail_memory(err, sizeof(void *));
    td_node input = td_graph_input(g, "input", data->d, samples, false);
    td_node output = net->build(o->net.params, g, input, n_out, TD_BUILD_PROBED);
    return output < 0 ? td_graph_plan(g, -1, NULL, err) : TD_OK; /* reports what went wrong */
}

/* A tensor holds one column a sample if it has as many columns as samples for either number. */
static td_status split_names(struct td_graph *two, struct td_graph *three, struct td_arena *arena,
                             struct train_sites *out, struct td_error *err) {
    size_t n = 0;
    while (td_graph_name(two, n))
        n++;
    out->names = td_arena_alloc(arena, (n + 3) * sizeof *out->names);
    out->rows = td_arena_alloc(arena, (n + 3) * sizeof *out->rows);
    out->weights = td_arena_alloc(arena, (n + 1) * sizeof *out->weights);
    if (!out->names || !out->rows || !out->weights)
        return td_fail_memory(err, n * sizeof *out->names);
    for (size_t i = 0; i < n; i++) {
        const char *name = td_arena_strdup(arena, td_graph_name(two, i));
        if (!name)
            return td_fail_memory(err, SITE_NAME_MAX);
        const struct td_tensor *a = td_graph_find(two, name), *b = td_graph_find(three, name);
        if (a->cols == 2 && b && b->cols == 3) {
            out->rows[out->n] = a->rows;
            out->names[out->n++] = name;
        } else {
            out->weights[out->n_weights++] = name;
        }
    }
    return TD_OK;
}

static td_status list_controls(const struct td_graph *g, struct td_arena *arena,
                               struct train_sites *out, struct td_error *err) {
    size_t n = 0;
    while (td_graph_control_name(g, n))
        n++;
    out->controls = td_arena_alloc(arena, (n + 1) * sizeof *out->controls);
    if (!out->controls)
        return td_fail_memory(err, n * sizeof *out->controls);
    for (size_t i = 0; i < n; i++)
        if (!(out->controls[out->n_controls++] =
                  td_arena_strdup(arena, td_graph_control_name(g, i))))
            return td_fail_memory(err, SITE_NAME_MAX);
    return TD_OK;
}

static void add_data_sites(const struct td_train_options *o, struct train_sites *out) {
    const struct td_dataset *data = o->data;
    bool classes = data->train.label != NULL;
    out->rows[out->n] = classes ? data->n_classes : data->n_targets;
    out->names[out->n++] = "target";
    if (classes) {
        out->rows[out->n] = 1;
        out->names[out->n++] = "label";
    }
    if (o->loss == TD_LOSS_SOFTMAX || (o->loss == TD_LOSS_AUTO && classes)) {
        out->rows[out->n] = classes ? data->n_classes : data->n_targets;
        out->names[out->n++] = "softmax";
    }
}

td_status train_sites_list(const struct td_train_options *o, struct td_arena *arena,
                           struct train_sites *out, struct td_error *err) {
    struct td_graph *two = NULL, *three = NULL;
    *out = (struct train_sites){0};
    td_status status = build(o, 2, &two, err);
    if (!status)
        status = build(o, 3, &three, err);
    if (!status)
        status = split_names(two, three, arena, out, err);
    if (!status)
        status = list_controls(two, arena, out, err);
    if (!status)
        add_data_sites(o, out);
    td_graph_free(two);
    td_graph_free(three);
    return status;
}

static td_status no_match(const char *pattern, const char *const *names, size_t n,
                          const char *where, struct td_error *err) {
    char list[400] = "";
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(list);
        if (used + strlen(names[i]) + 8 > sizeof list) {
            memcpy(list + used, ", ...", 6);
            break;
        }
        strcat(strcat(list, i ? ", " : ""), names[i]);
    }
    const char *near = td_nearest(pattern, names, n);
    if (near)
        return td_fail(err, TD_BAD_INPUT, "%s: there is no \"%.80s\"; did you mean \"%s\"? (%s)",
                       where, pattern, near, list);
    return td_fail(err, TD_BAD_INPUT, "%s: there is no \"%.80s\"; there are %s", where, pattern,
                   list);
}

static bool is_among(const char *name, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (names[i] == name)
            return true;
    return false;
}

/* Adds what one pattern stands for, unless it is there; false if it stands for nothing. */
static bool add_matches(const char *pattern, const char *const *names, size_t n,
                        const char **matches, size_t *n_matches) {
    char resolved[SITE_NAME_MAX];
    bool found = false;
    if (!td_name_resolve(pattern, names, n, resolved, sizeof resolved))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!td_name_matches(resolved, names[i]))
            continue;
        found = true;
        if (!is_among(names[i], matches, *n_matches))
            matches[(*n_matches)++] = names[i];
    }
    return found;
}

td_status train_sites_match(const char *pattern, const char *const *names, size_t n,
                            const char *where, struct td_arena *arena, size_t *n_out,
                            const char *const **out, struct td_error *err) {
    const char **matches = td_arena_alloc(arena, (n + 1) * sizeof *matches);
    if (!matches)
        return td_fail_memory(err, n * sizeof *matches);
    *n_out = 0;
    *out = matches;
    for (const char *at = pattern, *end; at; at = *end ? end + 1 : NULL) {
        char one[SITE_NAME_MAX];
        end = strchrnul(at, '|');
        snprintf(one, sizeof one, "%.*s", (int)(end - at), at);
        if (!add_matches(one, names, n, matches, n_out))
            return no_match(one, names, n, where, err);
    }
    return TD_OK;
}

static void one_hot(const int32_t *label, size_t n, size_t classes, double *out) {
    memset(out, 0, n * classes * sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i * classes + (size_t)label[i]] = 1;
}

static void part_data(const char *name, const struct td_dataset *data, const struct td_split *split,
                      size_t n, double *out) {
    if (strcmp(name, "label") == 0)
        for (size_t i = 0; i < n; i++)
            out[i] = split->label[i];
    else if (split->label)
        one_hot(split->label, n, data->n_classes, out);
    else
        for (size_t i = 0; i < n * data->n_targets; i++)
            out[i] = (double)split->target[i];
}

void train_site_data(const char *name, const struct td_dataset *data, enum td_on on, size_t n,
                     double *out) {
    const struct td_split *parts[TD_ON_PARTS];
    size_t n_parts = td_on_parts(data, on, parts), width = data->n_targets;
    if (data->train.label)
        width = strcmp(name, "label") == 0 ? 1 : data->n_classes;
    for (size_t i = 0; i < n_parts && n; i++) {
        size_t rows = parts[i]->n < n ? parts[i]->n : n;
        part_data(name, data, parts[i], rows, out);
        out += rows * width;
        n -= rows;
    }
}
