/* From a request to tasks: the product of its axes, each point resolved, checked and named. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "numeric/param_text.h"
#include "sweep/identity.h"
#include "sweep/plan_parts.h"

/* Settings of all points together; beyond it a plan would not fit beside the work. */
static const double SETTINGS_BYTES_MAX = 4e9;

/* Entries of one axis by point: entries[start[p]] up to entries[start[p + 1]]. */
struct axis {
    size_t points;
    const struct td_entry **entries;
    size_t *start;
};

struct td_grid {
    const struct td_request *request;
    size_t n_fixed;
    const struct td_entry **fixed;
    size_t n_axes; /* crossed, the seed's own axis aside */
    struct axis *axes;
    size_t n_seeds; /* of the innermost axis; 0: the seed is fixed or tied to another axis */
    uint64_t *seeds;
    size_t points;       /* product of the axes */
    size_t most_assigns; /* at any point */
};

static const struct td_param seed_param = {.name = "seed",
                                           .type = TD_INT,
                                           .initial = "1",
                                           .min = 0,
                                           .max = INFINITY,
                                           .help = "stream of all random choices"};

static td_status parse_seed(const struct td_assign *assign, struct td_arena *arena, uint64_t *out,
                            struct td_error *err) {
    const char *text;
    int64_t seed = 0;
    td_status status =
        td_param_canonical(&seed_param, "seed", assign->text, &assign->where, arena, &text, err);
    if (status == TD_OK)
        td_integer_parse(text, &seed);
    *out = (uint64_t)seed;
    return status;
}

static bool is_seed(const struct td_entry *entry) {
    return !strcmp(entry->assign.name, "seed");
}

/* ---- the shape of the grid ---- */

/* Sorts an axis' living entries by point. Entries come in order of points per parameter. */
static td_status fill_axis(const struct td_request *r, int index, struct axis *axis,
                           struct td_error *err) {
    size_t points = r->axes[index].points, n = 0;
    axis->points = points;
    axis->start = calloc(points + 2, sizeof *axis->start);
    if (!axis->start)
        return td_fail_memory(err, points * sizeof *axis->start);
    for (size_t i = 0; i < r->n; i++)
        if (r->entries[i].axis == index && !r->entries[i].dead) {
            axis->start[r->entries[i].point + 2]++;
            n++;
        }
    for (size_t p = 2; p <= points + 1; p++)
        axis->start[p] += axis->start[p - 1];
    axis->entries = calloc(n + 1, sizeof *axis->entries);
    if (!axis->entries)
        return td_fail_memory(err, n * sizeof *axis->entries);
    for (size_t i = 0; i < r->n; i++)
        if (r->entries[i].axis == index && !r->entries[i].dead)
            axis->entries[axis->start[r->entries[i].point + 1]++] = &r->entries[i];
    return TD_OK;
}

static void free_axis(struct axis *axis) {
    free(axis->entries);
    free(axis->start);
    *axis = (struct axis){0};
}

static bool seed_alone(const struct axis *axis) {
    for (size_t p = 0; p < axis->points; p++)
        if (axis->start[p + 1] - axis->start[p] != 1 || !is_seed(axis->entries[axis->start[p]]))
            return false;
    return true;
}

static td_status take_seeds(struct td_grid *grid, const struct axis *axis, struct td_error *err) {
    struct td_arena *scratch = td_arena_create();
    grid->seeds = calloc(axis->points + 1, sizeof *grid->seeds);
    grid->n_seeds = axis->points;
    td_status status =
        scratch && grid->seeds ? TD_OK : td_fail_memory(err, axis->points * sizeof *grid->seeds);
    for (size_t p = 0; status == TD_OK && p < axis->points; p++)
        status = parse_seed(&axis->entries[axis->start[p]]->assign, scratch, &grid->seeds[p], err);
    td_arena_free(scratch);
    return status;
}

/* Takes in axis `index` of the request; one without living entries is no axis any more. */
static td_status take_axis(struct td_grid *grid, int index, struct td_error *err) {
    struct axis axis = {0};
    td_status status = fill_axis(grid->request, index, &axis, err);
    bool living = status == TD_OK && axis.points && axis.start[axis.points] > 0;
    if (living && seed_alone(&axis)) {
        status = take_seeds(grid, &axis, err);
        living = false;
    }
    if (!living) {
        free_axis(&axis);
        return status;
    }
    size_t most = 0;
    for (size_t p = 0; p < axis.points; p++)
        if (axis.start[p + 1] - axis.start[p] > most)
            most = axis.start[p + 1] - axis.start[p];
    grid->most_assigns += most;
    grid->axes[grid->n_axes++] = axis;
    return TD_OK;
}

static td_status count_points(struct td_grid *grid, struct td_error *err) {
    const struct td_request *r = grid->request;
    size_t tasks = grid->n_seeds ? grid->n_seeds : 1;
    grid->points = 1;
    for (size_t a = 0; a < grid->n_axes; a++) {
        size_t points = grid->axes[a].points;
        if (!td_mul(tasks, points, &tasks) || tasks > TD_TASKS_MAX)
            return td_fail(err, TD_BAD_INPUT,
                           "%.80s: the sweep has more than %d tasks: split it into several runs",
                           r->recipe->name, TD_TASKS_MAX);
        grid->points *= points;
    }
    return TD_OK;
}

td_status td_grid_make(const struct td_request *request, struct td_grid **out,
                       struct td_error *err) {
    struct td_grid *grid = calloc(1, sizeof *grid);
    *out = grid;
    if (!grid)
        return td_fail_memory(err, sizeof *grid);
    grid->request = request;
    grid->fixed = calloc(request->n + 1, sizeof *grid->fixed);
    grid->axes = calloc((size_t)request->n_axes + 1, sizeof *grid->axes);
    if (!grid->fixed || !grid->axes)
        return td_fail_memory(err, request->n * sizeof *grid->fixed);
    for (size_t i = 0; i < request->n; i++)
        if (request->entries[i].axis == TD_NO_AXIS)
            grid->fixed[grid->n_fixed++] = &request->entries[i];
    grid->most_assigns = grid->n_fixed;
    td_status status = TD_OK;
    for (int a = 0; status == TD_OK && a < request->n_axes; a++)
        status = take_axis(grid, a, err);
    return status == TD_OK ? count_points(grid, err) : status;
}

void td_grid_free(struct td_grid *grid) {
    if (!grid)
        return;
    for (size_t a = 0; a < grid->n_axes; a++)
        free_axis(&grid->axes[a]);
    free(grid->axes);
    free(grid->fixed);
    free(grid->seeds);
    free(grid);
}

size_t td_grid_size(const struct td_grid *grid) {
    return grid->points * (grid->n_seeds ? grid->n_seeds : 1);
}

/* ---- one point ---- */

/* What holds at one point of the grid. `scratch` is its own. */
struct point {
    struct td_arena *scratch;
    size_t n;
    struct td_assign *assigns;
    uint64_t seed;
    struct td_settings settings;
    double cost;
};

static int compare_order(const void *a, const void *b) {
    const struct td_entry *x = *(const struct td_entry *const *)a;
    const struct td_entry *y = *(const struct td_entry *const *)b;
    return (x > y) - (x < y);
}

/* Point `index` on axis `a`, the last axis being the fastest. */
static size_t coordinate(const struct td_grid *grid, size_t a, size_t index) {
    for (size_t later = grid->n_axes; --later > a;)
        index /= grid->axes[later].points;
    return index % grid->axes[a].points;
}

/* The assignments that hold at a point, in order; the seed apart. */
static td_status gather(const struct td_grid *grid, size_t index, struct point *point,
                        struct td_error *err) {
    size_t most = grid->most_assigns + 1, n = grid->n_fixed;
    const struct td_entry **entries = td_arena_alloc(point->scratch, most * sizeof *entries);
    point->assigns = td_arena_alloc(point->scratch, most * sizeof *point->assigns);
    if (!entries || !point->assigns)
        return td_fail_memory(err, most * sizeof *point->assigns);
    if (n)
        memcpy(entries, grid->fixed, n * sizeof *entries);
    for (size_t a = 0; a < grid->n_axes; a++) {
        const struct axis *axis = &grid->axes[a];
        size_t p = coordinate(grid, a, index);
        for (size_t i = axis->start[p]; i < axis->start[p + 1]; i++)
            entries[n++] = axis->entries[i];
    }
    qsort(entries, n, sizeof *entries, compare_order);
    struct td_assign seed = {.text = seed_param.initial};
    for (size_t i = 0; i < n; i++)
        if (is_seed(entries[i]))
            seed = entries[i]->assign;
        else
            point->assigns[point->n++] = entries[i]->assign;
    return parse_seed(&seed, point->scratch, &point->seed, err);
}

/* "net.depth=8, net.activation=relu": where on the axes a point lies. */
static void describe(const struct td_grid *grid, size_t index, char *buffer, size_t size) {
    size_t used = 0;
    buffer[0] = 0;
    for (size_t a = 0; a < grid->n_axes; a++) {
        const struct axis *axis = &grid->axes[a];
        size_t p = coordinate(grid, a, index);
        for (size_t i = axis->start[p]; i < axis->start[p + 1]; i++) {
            const struct td_assign *assign = &axis->entries[i]->assign;
            int n = snprintf(buffer + used, size - used, "%s%.80s=%.40s", used ? ", " : " at ",
                             assign->name, assign->text);
            if (n < 0 || used + (size_t)n >= size)
                return;
            used += (size_t)n;
        }
    }
}

/* Decodes the settings and asks the experiment what it thinks of them. */
static td_status check(const struct td_grid *grid, size_t index, struct point *point,
                       struct td_error *err) {
    const struct td_experiment *experiment = grid->request->recipe->experiment;
    size_t size = experiment->kind.params_size;
    void *params = td_arena_alloc(point->scratch, size);
    if (!params)
        return td_fail_memory(err, size);
    td_status status =
        td_decode(experiment->kind.params, &point->settings, point->scratch, params, size, err);
    if (status == TD_OK && experiment->check) {
        status = experiment->check(params, err);
        if (status != TD_OK) {
            char place[300];
            describe(grid, index, place, sizeof place);
            td_fail_in(err, "%.80s%s", grid->request->recipe->name, place);
        }
    }
    if (status == TD_OK && experiment->cost)
        point->cost = experiment->cost(params);
    if (!isfinite(point->cost) || point->cost < 0)
        point->cost = 1;
    return status;
}

/* Fills *point but for its cost, and does not ask the experiment; free its scratch. */
static td_status resolve_point(const struct td_grid *grid, size_t index, struct point *point,
                               struct td_error *err) {
    *point = (struct point){.scratch = td_arena_create(), .cost = 1};
    if (!point->scratch)
        return td_fail_memory(err, sizeof *point);
    td_status status = gather(grid, index, point, err);
    if (status == TD_OK)
        status = td_resolve(grid->request->recipe->experiment->kind.params, point->assigns,
                            point->n, point->scratch, &point->settings, err);
    return status;
}

/* Fills *point; free its scratch. */
static td_status make_point(const struct td_grid *grid, size_t index, struct point *point,
                            struct td_error *err) {
    td_status status = resolve_point(grid, index, point, err);
    return status == TD_OK ? check(grid, index, point, err) : status;
}

/* ---- texts that many points share ---- */

struct intern {
    struct td_arena *arena;
    const char **slots;
    size_t n, size; /* size: a power of two */
};

static bool grow_intern(struct intern *intern) {
    size_t size = intern->size ? intern->size * 2 : 1024;
    const char **slots = calloc(size, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < intern->size; i++) {
        const char *text = intern->slots[i];
        if (!text)
            continue;
        size_t at = XXH3_64bits(text, strlen(text)) & (size - 1);
        while (slots[at])
            at = (at + 1) & (size - 1);
        slots[at] = text;
    }
    free(intern->slots);
    intern->slots = slots;
    intern->size = size;
    return true;
}

/* The one copy of `text` in the arena; NULL: no memory. */
static const char *intern_text(struct intern *intern, const char *text) {
    if (intern->n * 2 >= intern->size && !grow_intern(intern))
        return NULL;
    size_t at = XXH3_64bits(text, strlen(text)) & (intern->size - 1);
    for (; intern->slots[at]; at = (at + 1) & (intern->size - 1))
        if (!strcmp(intern->slots[at], text))
            return intern->slots[at];
    intern->slots[at] = td_arena_strdup(intern->arena, text);
    intern->n += intern->slots[at] != NULL;
    return intern->slots[at];
}

static td_status keep_settings(struct intern *intern, const struct td_settings *from,
                               struct td_settings *to, struct td_error *err) {
    to->n = from->n;
    to->v = td_arena_alloc(intern->arena, from->n * sizeof *to->v);
    if (!to->v)
        return td_fail_memory(err, from->n * sizeof *to->v);
    for (size_t i = 0; i < from->n; i++) {
        to->v[i] = from->v[i];
        to->v[i].name = intern_text(intern, from->v[i].name);
        to->v[i].value = intern_text(intern, from->v[i].value);
        if (!to->v[i].name || !to->v[i].value)
            return td_fail_memory(err, from->n * sizeof *to->v);
    }
    return TD_OK;
}

/* ---- identities ---- */

/* Ids of tasks[first ...], by position. */
struct ids {
    const struct td_task_spec *tasks;
    uint32_t *slots; /* position - first + 1; 0: free */
    size_t first, size;
};

/* Whether `id` is new; it then belongs to position `at`. */
static bool add_id(struct ids *ids, const char *id, uint64_t hash, size_t at) {
    size_t slot = hash & (ids->size - 1);
    for (; ids->slots[slot]; slot = (slot + 1) & (ids->size - 1))
        if (!memcmp(ids->tasks[ids->first + ids->slots[slot] - 1].id, id, TD_ID_CHARS))
            return false;
    ids->slots[slot] = (uint32_t)(at - ids->first + 1);
    return true;
}

static td_status make_ids(const struct td_task_spec *tasks, size_t first, size_t most,
                          struct ids *out, struct td_error *err) {
    size_t size = 16;
    while (size < 2 * most)
        size *= 2;
    *out = (struct ids){.tasks = tasks, .first = first, .size = size};
    out->slots = calloc(size, sizeof *out->slots);
    return out->slots ? TD_OK : td_fail_memory(err, size * sizeof *out->slots);
}

/* ---- all points ---- */

struct tasks {
    struct td_task_spec *v;
    size_t n;
    struct ids ids;
    struct intern intern;
    XXH3_state_t *prefix, *state;
};

/* The tasks of one point, one for each seed. */
static void add_tasks(const struct td_grid *grid, struct td_task_spec task, uint64_t own_seed,
                      struct tasks *tasks) {
    size_t n_seeds = grid->n_seeds ? grid->n_seeds : 1;
    td_identity_begin(tasks->prefix, task.recipe->name, task.recipe->experiment->version,
                      &task.settings, TD_OBSERVED);
    for (size_t s = 0; s < n_seeds; s++) {
        task.seed = grid->n_seeds ? grid->seeds[s] : own_seed;
        XXH3_copyState(tasks->state, tasks->prefix);
        uint64_t hash = td_identity_end(tasks->state, task.seed, task.id);
        if (add_id(&tasks->ids, task.id, hash, tasks->n))
            tasks->v[tasks->n++] = task;
    }
}

static td_status refuse_large(const struct td_grid *grid, const struct td_settings *settings,
                              struct td_error *err) {
    double bytes = (double)grid->points * (double)(settings->n * sizeof *settings->v);
    if (bytes <= SETTINGS_BYTES_MAX)
        return TD_OK;
    return td_fail(err, TD_BAD_INPUT,
                   "%.80s: %zu points of %zu parameters would need %.0f GB: split the sweep into "
                   "several runs",
                   grid->request->recipe->name, grid->points, settings->n, bytes / 1e9);
}

static td_status add_point(const struct td_grid *grid, size_t index, struct tasks *tasks,
                           struct td_error *err) {
    struct point point;
    struct td_task_spec task = {.recipe = grid->request->recipe};
    td_status status = make_point(grid, index, &point, err);
    if (status == TD_OK && index == 0)
        status = refuse_large(grid, &point.settings, err);
    if (status == TD_OK)
        status = keep_settings(&tasks->intern, &point.settings, &task.settings, err);
    if (status == TD_OK) {
        task.observed = td_identity_observed(tasks->state, &task.settings);
        task.cost = point.cost;
        add_tasks(grid, task, point.seed, tasks);
    }
    td_arena_free(point.scratch);
    return status;
}

td_status td_grid_tasks(const struct td_grid *grid, struct td_arena *arena,
                        struct td_task_spec *tasks, size_t *n, struct td_error *err) {
    struct tasks out = {.v = tasks, .n = *n, .intern = {.arena = arena}};
    out.prefix = XXH3_createState();
    out.state = XXH3_createState();
    td_status status = make_ids(tasks, *n, td_grid_size(grid), &out.ids, err);
    if (status == TD_OK && (!out.prefix || !out.state))
        status = td_fail_memory(err, sizeof out);
    for (size_t i = 0; status == TD_OK && i < grid->points; i++)
        status = add_point(grid, i, &out, err);
    *n = out.n;
    XXH3_freeState(out.prefix);
    XXH3_freeState(out.state);
    free(out.ids.slots);
    free(out.intern.slots);
    return status;
}

td_status td_grid_first(const struct td_grid *grid, struct td_arena *arena, struct td_settings *out,
                        struct td_error *err) {
    struct point point;
    struct intern intern = {.arena = arena};
    td_status status = resolve_point(grid, 0, &point, err);
    if (status == TD_OK)
        status = keep_settings(&intern, &point.settings, out, err);
    td_arena_free(point.scratch);
    free(intern.slots);
    return status;
}
