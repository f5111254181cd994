#include "sweep/task.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "numeric/platform.h"
#include "sweep/checkpoint_file.h"
#include "sweep/identity.h"
#include "sweep/interrupt.h"
#include "sweep/store.h"
#include "sweep/task_values.h"

static const double idle_seconds = 0.25; /* between two calls of options.idle */

static const char state_prefix[] = "state:";

struct state {
    const char *name;
    unsigned generation; /* how often the name was registered, counting from 1 */
    void *ptr;           /* NULL: released */
    size_t bytes;
};

struct td_runner {
    struct td_task task; /* first: what the experiment holds */
    struct td_runner_options options;
    char host[256];
    struct td_arena *arena; /* of the running task */
    const struct td_task_spec *spec;
    char lineage[TD_ID_CHARS + 1]; /* "" unless runs of this experiment may go on from others */
    struct td_task_values values;

    struct state *states;
    size_t n_states, states_capacity;
    struct td_section *restored; /* sections of the checkpoint that the task goes on from */
    size_t n_restored;
    struct td_arena *end; /* holds the end state that the task goes on from */
    size_t ends_bytes;    /* of end states written so far */

    double started, seconds_before;    /* seconds_before: spent before the last interruption */
    double last_checkpoint, last_idle; /* coarse clock */
    bool stopped;                      /* the task was told to stop */
    bool has_checkpoint;               /* of this task, on disk */
    bool discard;                      /* the checkpoint does not fit the task */
    bool warned_disk, warned_room;     /* no checkpoint or end state was written: said once */
    td_status status;                  /* first error of an emit or state call: sticks */
    struct td_error error;
};

static struct td_runner *runner_of(struct td_task *task) {
    return (struct td_runner *)task;
}

/* Good to a few milliseconds and read in a few nanoseconds: a poll may come every microsecond. */
static double coarse_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void note(struct td_runner *r, const char *text) {
    if (r->options.note)
        r->options.note(r->options.context, text);
}

/* Remembers the first error, so that an experiment which ignores it fails all the same. */
static td_status stick(struct td_runner *r, td_status status, const struct td_error *message,
                       struct td_error *err) {
    if (status && !r->status) {
        r->status = status;
        r->error = *message;
    }
    if (status && err)
        *err = *message;
    return status;
}

/* ---- checkpoints ---- */

static void fill_record(struct td_runner *r, struct td_record *out) {
    const struct td_task_spec *spec = r->spec;
    *out = (struct td_record){.experiment = spec->recipe->name,
                              .version = spec->recipe->experiment->version,
                              .seed = spec->seed,
                              .settings = spec->settings,
                              .observed = spec->observed,
                              .status_step = -1,
                              .error = "",
                              .seconds = r->seconds_before + td_clock() - r->started,
                              .rank = r->options.rank,
                              .host = r->host,
                              .n_values = r->values.n_values,
                              .values = r->values.values,
                              .n_arrays = r->values.n_arrays,
                              .arrays = r->values.arrays};
    memcpy(out->id, spec->id, sizeof out->id);
}

static td_status list_sections(struct td_runner *r, const void *record, size_t record_bytes,
                               struct td_arena *names, struct td_section **out, size_t *n,
                               struct td_error *err) {
    struct td_section *sections = td_arena_alloc(names, (r->n_states + 1) * sizeof *sections);
    if (!sections)
        return td_fail_memory(err, (r->n_states + 1) * sizeof *sections);
    sections[0] = (struct td_section){TD_SECTION_RECORD, record, record_bytes};
    *n = 1;
    for (size_t i = 0; i < r->n_states; i++) {
        const struct state *s = &r->states[i];
        if (!s->ptr)
            continue;
        const char *name = td_arena_printf(names, "%s%s#%u", state_prefix, s->name, s->generation);
        if (!name)
            return td_fail_memory(err, strlen(s->name));
        sections[(*n)++] = (struct td_section){name, s->ptr, s->bytes};
    }
    *out = sections;
    return TD_OK;
}

/* All sections of a checkpoint, in `names` and *packed (free). */
static td_status pack_state(struct td_runner *r, struct td_arena *names, void **packed,
                            struct td_section **sections, size_t *n, struct td_error *err) {
    struct td_record record;
    size_t bytes = 0;
    fill_record(r, &record);
    td_status status = td_record_pack(&record, packed, &bytes, err);
    return status ? status : list_sections(r, *packed, bytes, names, sections, n, err);
}

static size_t bytes_of(const struct td_section *sections, size_t n) {
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += sections[i].bytes;
    return bytes;
}

static td_status write_end(struct td_runner *r, const struct td_section *sections, size_t n,
                           struct td_error *err) {
    size_t bytes = bytes_of(sections, n);
    if (r->options.ends == TD_ENDS_AUTO && bytes > r->options.ends_room - r->ends_bytes) {
        if (!r->warned_room)
            note(r, "some end states are not kept, because they would take too much room; "
                    "--end-states always keeps them");
        r->warned_room = true;
        return TD_OK;
    }
    r->ends_bytes += bytes;
    return td_end_write(r->options.dir, r->lineage, r->spec, r->options.fingerprint, sections, n,
                        err);
}

static td_status write_state(struct td_runner *r, bool end, struct td_error *err) {
    void *packed = NULL;
    size_t n = 0;
    struct td_section *sections = NULL;
    struct td_arena *names = td_arena_create();
    td_status status = names ? pack_state(r, names, &packed, &sections, &n, err)
                             : td_fail_memory(err, sizeof(void *));
    if (!status && end)
        status = write_end(r, sections, n, err);
    else if (!status)
        status = td_checkpoint_write(r->options.dir, r->spec->id, r->options.fingerprint, sections,
                                     n, err);
    if (!status && !end)
        r->has_checkpoint = true;
    free(packed);
    td_arena_free(names);
    return status;
}

/* What cannot be written costs time later, never the run: the user is told once. */
static void keep_state(struct td_runner *r, bool end) {
    bool any = false;
    for (size_t i = 0; i < r->n_states; i++)
        any = any || r->states[i].ptr;
    if (!any || !r->options.dir)
        return;
    struct td_error err;
    if (write_state(r, end, &err) && !r->warned_disk) {
        char text[TD_MESSAGE_MAX + 100];
        snprintf(text, sizeof text, "%s could not be written: %s",
                 end ? "an end state" : "a checkpoint", err.message);
        note(r, text);
        r->warned_disk = true;
    }
    if (!end)
        r->last_checkpoint = coarse_clock();
}

static bool end_wanted(const struct td_runner *r) {
    if (!r->lineage[0] || r->options.ends == TD_ENDS_NEVER)
        return false;
    return r->options.ends == TD_ENDS_ALWAYS ||
           r->seconds_before + td_clock() - r->started >= TD_ENDS_SECONDS;
}

static td_status restore_values(struct td_runner *r, const struct td_record *from,
                                struct td_error *err) {
    td_status status = TD_OK;
    for (size_t i = 0; i < from->n_values && !status; i++) {
        const struct td_record_value *v = &from->values[i];
        status = td_task_values_add(&r->values, v->measure, v->site, v->step, v->value, v->flag,
                                    NULL, err);
    }
    for (size_t i = 0; i < from->n_arrays && !status; i++) {
        const struct td_record_array *a = &from->arrays[i];
        status = td_task_values_add_array(&r->values, a->measure, a->site, a->step, a->ndim,
                                          a->shape, a->v, NULL, err);
    }
    td_task_values_mark_restored(&r->values);
    return status;
}

/* Takes over what was kept; false: it is of no use to this task. */
static bool take_over(struct td_runner *r, const struct td_record *record,
                      struct td_section *sections, size_t n) {
    if (restore_values(r, record, NULL))
        return false;
    r->seconds_before = record->seconds > 0 ? record->seconds : 0;
    r->restored = sections;
    r->n_restored = n;
    return true;
}

static bool take_over_checkpoint(struct td_runner *r, struct td_section *sections, size_t n) {
    const struct td_section *packed = NULL;
    for (size_t i = 0; i < n; i++)
        if (!strcmp(sections[i].name, TD_SECTION_RECORD))
            packed = &sections[i];
    struct td_record record;
    if (!packed || td_record_unpack(packed->data, packed->bytes, r->arena, &record, NULL))
        return false;
    if (record.observed != r->spec->observed) /* other measures: their early values are missing */
        return false;
    return take_over(r, &record, sections, n);
}

static td_status find_checkpoint(struct td_runner *r, struct td_error *err) {
    if (!r->options.dir)
        return TD_OK;
    struct td_section *sections = NULL;
    size_t n = 0;
    const char *damaged = NULL;
    td_status status = td_checkpoint_read(r->options.dir, r->spec->id, r->options.fingerprint,
                                          r->arena, &sections, &n, &damaged, err);
    if (status)
        return status;
    if (damaged)
        note(r, damaged);
    r->has_checkpoint = n > 0 || damaged;
    if (n > 0 && !take_over_checkpoint(r, sections, n))
        return td_task_values_reset(&r->values, err);
    return TD_OK;
}

/* The end of a shorter run, unless there is a checkpoint of the task's own. */
static td_status find_end(struct td_runner *r, struct td_error *err) {
    if (!r->lineage[0] || r->n_restored || r->options.ends == TD_ENDS_NEVER)
        return TD_OK;
    struct td_end end;
    const char *damaged = NULL;
    td_status status = td_end_find(r->options.dir, r->lineage, r->spec, r->options.fingerprint,
                                   r->arena, &end, &damaged, err);
    if (damaged)
        note(r, damaged);
    if (status || !end.arena)
        return status;
    r->end = end.arena;
    if (!take_over(r, &end.record, end.sections, end.n))
        return td_task_values_reset(&r->values, err);
    return TD_OK;
}

/* ---- numeric/task.h ---- */

static struct state *find_state(struct td_runner *r, const char *name) {
    for (size_t i = 0; i < r->n_states; i++)
        if (!strcmp(r->states[i].name, name))
            return &r->states[i];
    return NULL;
}

static struct state *add_state(struct td_runner *r, const char *name) {
    if (r->n_states == r->states_capacity) {
        size_t capacity = r->states_capacity ? 2 * r->states_capacity : 16;
        struct state *states = realloc(r->states, capacity * sizeof *states);
        if (!states)
            return NULL;
        r->states = states;
        r->states_capacity = capacity;
    }
    const char *copy = td_arena_strdup(r->arena, name);
    if (!copy)
        return NULL;
    struct state *s = &r->states[r->n_states++];
    *s = (struct state){.name = copy};
    return s;
}

static td_status restore_state(struct td_runner *r, const struct state *s, bool *restored,
                               struct td_error *err) {
    char wanted[TD_SITE_MAX * 4];
    snprintf(wanted, sizeof wanted, "%s%s#%u", state_prefix, s->name, s->generation);
    for (size_t i = 0; i < r->n_restored; i++) {
        if (strcmp(r->restored[i].name, wanted))
            continue;
        if (r->restored[i].bytes != s->bytes) {
            r->discard = true;
            return td_fail(err, TD_FAILED, "it holds %zu bytes of %s, not %zu",
                           r->restored[i].bytes, s->name, s->bytes);
        }
        if (s->bytes)
            memcpy(s->ptr, r->restored[i].data, s->bytes);
        if (restored)
            *restored = true;
    }
    return TD_OK;
}

static td_status register_state(struct td_runner *r, const char *name, void *ptr, size_t bytes,
                                bool *restored, struct td_error *err) {
    if (!name || !*name || strlen(name) > 2 * TD_SITE_MAX)
        return td_fail(err, TD_FAILED, "a state's name has 1 to %d characters", 2 * TD_SITE_MAX);
    struct state *s = find_state(r, name);
    if (!ptr) {
        if (s)
            s->ptr = NULL;
        return TD_OK;
    }
    if (s && s->ptr)
        return td_fail(err, TD_FAILED, "state %s is registered twice", name);
    if (!s)
        s = add_state(r, name);
    if (!s)
        return td_fail_memory(err, sizeof *s);
    s->generation++;
    s->ptr = ptr;
    s->bytes = bytes;
    return restore_state(r, s, restored, err);
}

static td_status task_state(struct td_task *task, const char *name, void *ptr, size_t bytes,
                            bool *restored, struct td_error *err) {
    struct td_runner *r = runner_of(task);
    struct td_error message;
    return stick(r, register_state(r, name, ptr, bytes, restored, &message), &message, err);
}

static bool stop_wanted(const struct td_runner *r) {
    return td_interrupt_pending() ||
           (r->options.stop && atomic_load_explicit(r->options.stop, memory_order_relaxed));
}

static void look_at_clock(struct td_runner *r) {
    double now = coarse_clock();
    if (now - r->last_checkpoint >= r->options.checkpoint_interval)
        keep_state(r, false);
    if (r->options.idle && now - r->last_idle >= idle_seconds) {
        r->options.idle(r->options.context);
        r->last_idle = now;
    }
}

static td_status task_poll(struct td_task *task, struct td_error *err) {
    struct td_runner *r = runner_of(task);
    if (r->status)
        return stick(r, r->status, &r->error, err);
    if (stop_wanted(r)) {
        if (!r->stopped)
            keep_state(r, false);
        r->stopped = true;
        return td_fail(err, TD_INTERRUPTED, "stopped");
    }
    look_at_clock(r);
    return TD_OK;
}

static td_status task_end(struct td_task *task, struct td_error *err) {
    struct td_runner *r = runner_of(task);
    if (r->status)
        return stick(r, r->status, &r->error, err);
    if (end_wanted(r))
        keep_state(r, true);
    return TD_OK;
}

static td_status task_emit(struct td_task *task, const char *measure, const char *site,
                           int64_t step, double value, const char *flag, struct td_error *err) {
    struct td_runner *r = runner_of(task);
    struct td_error message;
    return stick(
        r, td_task_values_add(&r->values, measure, site, step, value, flag, &r->discard, &message),
        &message, err);
}

static td_status task_emit_array(struct td_task *task, const char *measure, const char *site,
                                 int64_t step, size_t ndim, const size_t *shape, const double *v,
                                 struct td_error *err) {
    struct td_runner *r = runner_of(task);
    struct td_error message;
    return stick(r,
                 td_task_values_add_array(&r->values, measure, site, step, ndim, shape, v,
                                          &r->discard, &message),
                 &message, err);
}

static const struct td_task_ops runner_ops = {.state = task_state,
                                              .poll = task_poll,
                                              .emit = task_emit,
                                              .emit_array = task_emit_array,
                                              .end = task_end};

/* ---- running ---- */

static td_status find_lineage(struct td_runner *r, struct td_error *err) {
    const struct td_recipe *recipe = r->spec->recipe;
    r->lineage[0] = 0;
    if (!r->options.dir || !recipe->experiment->extends)
        return TD_OK;
    return td_lineage(recipe->name, recipe->experiment->version, &r->spec->settings, r->spec->seed,
                      r->lineage, err);
}

static td_status begin(struct td_runner *r, const struct td_task_spec *spec, struct td_error *err) {
    td_arena_free(r->arena);
    td_arena_free(r->end);
    r->end = NULL;
    r->arena = td_arena_create();
    if (!r->arena)
        return td_fail_memory(err, sizeof(void *));
    r->spec = spec;
    r->n_states = r->n_restored = 0;
    r->restored = NULL;
    r->seconds_before = 0;
    r->stopped = r->discard = r->has_checkpoint = false;
    r->status = TD_OK;
    r->started = td_clock();
    r->last_checkpoint = r->last_idle = coarse_clock();
    td_status status = find_lineage(r, err);
    return status ? status : td_task_values_reset(&r->values, err);
}

/* Decodes the parameters and runs the experiment: TD_OK, TD_DIVERGED, TD_INTERRUPTED or how it
   failed, with the message in *err. */
static td_status attempt(struct td_runner *r, struct td_error *err) {
    const struct td_experiment *experiment = r->spec->recipe->experiment;
    size_t size = experiment->kind.params_size;
    void *params = NULL;
    memset(err, 0, sizeof *err);
    if (experiment->kind.params) {
        params = td_arena_alloc(r->arena, size ? size : 1);
        if (!params)
            return td_fail_memory(err, size);
        td_status status =
            td_decode(experiment->kind.params, &r->spec->settings, r->arena, params, size, err);
        if (status)
            return status;
    }
    td_status status = experiment->run(&r->task, params, r->spec->seed, err);
    if (r->stopped)
        return TD_INTERRUPTED;
    if (r->status) {
        *err = r->error;
        return r->status;
    }
    if (status == TD_INTERRUPTED && !stop_wanted(r))
        return td_fail(err, TD_FAILED, "the task stopped although nobody asked it to");
    return status;
}

/* The step that a message names ("loss is nan at step 312"), or -1. */
static int64_t step_in_message(const char *message) {
    static const char word[] = "step ";
    for (const char *at = message; (at = strstr(at, word)); at += sizeof word - 1) {
        int64_t step;
        if (sscanf(at + sizeof word - 1, "%" SCNd64, &step) == 1)
            return step;
    }
    return -1;
}

static void conclude(struct td_runner *r, td_status status, const struct td_error *message,
                     struct td_record *out) {
    fill_record(r, out);
    if (status == TD_OK)
        return;
    out->error =
        td_arena_strdup(r->arena, *message->message ? message->message : "no reason given");
    if (!out->error)
        out->error = "out of memory";
    if (status == TD_DIVERGED) {
        out->status = TD_TASK_DIVERGED;
        out->status_step = step_in_message(message->message);
        return;
    }
    out->status = TD_TASK_FAILED;
    out->n_values = out->n_arrays = 0; /* a part of the values would look like all of them */
}

td_status td_runner_run(struct td_runner *r, const struct td_task_spec *spec, struct td_record *out,
                        struct td_error *err) {
    td_status status = begin(r, spec, err);
    if (!status)
        status = find_checkpoint(r, err);
    if (!status)
        status = find_end(r, err);
    if (status)
        return status;
    struct td_error message;
    status = attempt(r, &message);
    if (r->discard) {
        char text[TD_MESSAGE_MAX + 100];
        snprintf(text, sizeof text, "the %s of task %s does not fit (%s): started again",
                 r->end ? "end state" : "checkpoint", spec->id, message.message);
        note(r, text);
        td_runner_forget(r);
        status = begin(r, spec, err);
        if (status)
            return status;
        status = attempt(r, &message);
    }
    if (status == TD_INTERRUPTED)
        return td_fail(err, TD_INTERRUPTED, "stopped");
    conclude(r, status, &message, out);
    return TD_OK;
}

bool td_runner_has_checkpoint(const struct td_runner *r) {
    return r->has_checkpoint;
}

void td_runner_forget(struct td_runner *r) {
    if (r->has_checkpoint)
        td_checkpoint_remove(r->options.dir, r->spec->id);
    r->has_checkpoint = false;
}

td_status td_runner_create(const struct td_runner_options *options, struct td_runner **out,
                           struct td_error *err) {
    struct td_runner *r = calloc(1, sizeof *r);
    if (!r)
        return td_fail_memory(err, sizeof *r);
    r->task.ops = &runner_ops;
    r->options = *options;
    if (gethostname(r->host, sizeof r->host - 1))
        snprintf(r->host, sizeof r->host, "unknown");
    td_status status = td_task_values_init(&r->values, err);
    if (status)
        free(r);
    else
        *out = r;
    return status;
}

void td_runner_free(struct td_runner *r) {
    if (!r)
        return;
    td_task_values_free(&r->values);
    td_arena_free(r->arena);
    td_arena_free(r->end);
    free(r->states);
    free(r);
}
