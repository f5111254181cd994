#include "sweep/run_longer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "sweep/identity.h"
#include "sweep/interrupt.h"
#include "sweep/log.h"

enum { ANSWERS = 256 };

/* A stored run of a lineage that the plan has tasks of. */
struct stored {
    struct td_record record; /* settings in the arena; no values */
    uint64_t settings_hash;
    struct stored *next; /* of the same lineage */
};
struct lineage {
    char name[TD_ID_CHARS + 1]; /* "": an empty slot */
    struct stored *stored;
};

/* What the experiment said of a pair of settings: seeds ask the same again and again. */
struct answer {
    const struct td_setting *longer;
    uint64_t shorter;
    td_status status;
    double share;
    char reason[TD_LONGER_TEXT];
};

struct search {
    const char *dir;
    const struct td_plan *plan;
    enum td_end_states ends;
    struct td_arena *arena;
    size_t n_slots;
    struct lineage *slots;
    struct answer *answers; /* (ANSWERS) */
    size_t n_stored;
    double cost_going_on, cost_done;
    struct td_longer *out;
};

/* ---- lineages ---- */

static struct lineage *slot_of(const struct search *s, const char *name) {
    size_t i = XXH3_64bits(name, TD_ID_CHARS) & (s->n_slots - 1);
    while (s->slots[i].name[0] && strcmp(s->slots[i].name, name) != 0)
        i = (i + 1) & (s->n_slots - 1);
    return &s->slots[i];
}

static td_status lineage_of(const struct td_task_spec *task, char name[TD_ID_CHARS + 1],
                            struct td_error *err) {
    return td_lineage(task->recipe->name, task->recipe->experiment->version, &task->settings,
                      task->seed, name, err);
}

/* Whether something says how long the task runs. */
static bool has_length(const struct td_task_spec *task) {
    for (size_t i = 0; i < task->settings.n; i++)
        if (task->settings.v[i].flags & TD_LENGTH)
            return true;
    return false;
}

static td_status list_lineages(struct search *s, const size_t *left, size_t n,
                               struct td_error *err) {
    char name[TD_ID_CHARS + 1];
    s->n_slots = 16;
    while (s->n_slots < 2 * n)
        s->n_slots *= 2;
    s->slots = calloc(s->n_slots, sizeof *s->slots);
    td_status status = s->slots ? TD_OK : td_fail_memory(err, s->n_slots * sizeof *s->slots);
    for (size_t i = 0; i < n && !status; i++) {
        const struct td_task_spec *task = &s->plan->tasks[left[i]];
        if (!has_length(task))
            continue;
        status = lineage_of(task, name, err);
        if (!status)
            memcpy(slot_of(s, name)->name, name, sizeof name);
    }
    return status;
}

/* ---- what is stored of them ---- */

static td_status copy_settings(const struct td_settings *from, struct td_arena *arena,
                               struct td_settings *to, struct td_error *err) {
    to->n = from->n;
    to->v = td_arena_alloc(arena, from->n * sizeof *to->v);
    for (size_t i = 0; to->v && i < from->n; i++) {
        to->v[i] = from->v[i];
        to->v[i].name = td_arena_strdup(arena, from->v[i].name);
        to->v[i].value = td_arena_strdup(arena, from->v[i].value);
        if (!to->v[i].name || !to->v[i].value)
            to->v = NULL;
    }
    return to->v ? TD_OK : td_fail_memory(err, from->n * sizeof *to->v);
}

static uint64_t hash_settings(const struct td_settings *settings) {
    uint64_t hash = 0;
    for (size_t i = 0; i < settings->n; i++) {
        const struct td_setting *v = &settings->v[i];
        hash = XXH3_64bits_withSeed(v->name, strlen(v->name) + 1, hash);
        hash = XXH3_64bits_withSeed(v->value, strlen(v->value) + 1, hash);
    }
    return hash;
}

static td_status remember(struct search *s, const struct td_record *record, struct td_error *err) {
    char name[TD_ID_CHARS + 1];
    td_status status =
        td_lineage(record->experiment, record->version, &record->settings, record->seed, name, err);
    struct lineage *lineage = status ? NULL : slot_of(s, name);
    if (status || !lineage->name[0])
        return status;
    struct stored *stored = td_arena_alloc(s->arena, sizeof *stored);
    if (!stored)
        return td_fail_memory(err, sizeof *stored);
    stored->record = *record;
    stored->settings_hash = hash_settings(&record->settings);
    stored->next = lineage->stored;
    lineage->stored = stored;
    s->n_stored++;
    return copy_settings(&record->settings, s->arena, &stored->record.settings, err);
}

static td_status look_at_record(void *context, const void *payload, size_t bytes,
                                struct td_error *err) {
    struct search *s = context;
    struct td_record record;
    if (td_interrupt_pending())
        return td_fail(err, TD_INTERRUPTED, "stopped by a signal while %s was read", s->dir);
    struct td_arena *scratch = td_arena_create();
    td_status status = scratch ? td_record_task(payload, bytes, scratch, &record, err)
                               : td_fail_memory(err, sizeof(void *));
    if (!status && record.status != TD_TASK_FAILED)
        status = remember(s, &record, err);
    td_arena_free(scratch);
    return status;
}

/* ---- one pair ---- */

static const struct answer *ask(struct search *s, const struct td_task_spec *task,
                                const struct stored *shorter) {
    uint64_t key[] = {(uint64_t)(uintptr_t)task->settings.v, shorter->settings_hash};
    struct answer *a = &s->answers[XXH3_64bits(key, sizeof key) % ANSWERS];
    if (a->longer == task->settings.v && a->shorter == shorter->settings_hash)
        return a;
    struct td_error why = {0};
    *a = (struct answer){.longer = task->settings.v, .shorter = shorter->settings_hash};
    a->status = td_extends(task->recipe->experiment, &shorter->record.settings, &task->settings,
                           &a->share, &why);
    snprintf(a->reason, sizeof a->reason, "%.*s", (int)sizeof a->reason - 1, why.message);
    return a;
}

/* Why a task cannot go on from a stored one that is shorter; NULL: it can. */
static const char *obstacle(const struct search *s, const char *lineage, const struct answer *a,
                            const struct stored *shorter) {
    if (a->status)
        return a->reason;
    if (shorter->record.status == TD_TASK_DIVERGED)
        return "the shorter runs diverged";
    if (s->ends == TD_ENDS_NEVER)
        return "--end-states never";
    if (!td_end_exists(s->dir, lineage, shorter->record.id, shorter->record.observed))
        return "no end state of the shorter runs is there (they are kept of runs of a second and "
               "more; --end-states always keeps all)";
    return NULL;
}

/* ---- one task ---- */

static void count_again(struct td_longer *out, const char *why, double seconds) {
    size_t i = 0;
    while (i < out->n_reasons && strcmp(out->reasons[i].text, why) != 0)
        i++;
    if (i == TD_LONGER_REASONS) {
        i = TD_LONGER_REASONS - 1;
        snprintf(out->reasons[i].text, sizeof out->reasons[i].text, "several reasons");
    } else if (i == out->n_reasons) {
        snprintf(out->reasons[i].text, sizeof out->reasons[i].text, "%.299s", why);
        out->n_reasons++;
    }
    out->reasons[i].tasks++;
    out->reasons[i].seconds += seconds;
}

static td_status judge(struct search *s, size_t number, struct td_error *err) {
    const struct td_task_spec *task = &s->plan->tasks[number];
    char name[TD_ID_CHARS + 1], why[TD_LONGER_TEXT] = "";
    double best = 0, nearest = 0, seconds = 0;
    if (!has_length(task) || td_checkpoint_exists(s->dir, task->id))
        return TD_OK; /* with a checkpoint it goes on from there */
    td_status status = lineage_of(task, name, err);
    for (const struct stored *c = status ? NULL : slot_of(s, name)->stored; c; c = c->next) {
        const struct answer *a = ask(s, task, c);
        if (!(a->share > 0 && a->share < 1))
            continue; /* not shorter */
        const char *reason = obstacle(s, name, a, c);
        if (!reason && a->share > best)
            best = a->share;
        if (reason && a->share > nearest) {
            nearest = a->share;
            seconds = c->record.seconds / a->share;
            snprintf(why, sizeof why, "%.299s", reason);
        }
    }
    if (best > 0) {
        s->out->done[number] = best;
        s->out->going_on++;
        s->cost_going_on += task->cost;
        s->cost_done += best * task->cost;
    } else if (nearest > 0)
        count_again(s->out, why, seconds);
    return status;
}

/* ---- all ---- */

/* Whether two tasks of the plan can be of one lineage, so that one may be stored and one left. */
static bool lengths_differ(const struct td_plan *plan) {
    for (size_t t = 1; t < plan->n; t++) {
        const struct td_settings *a = &plan->tasks[t - 1].settings, *b = &plan->tasks[t].settings;
        if (plan->tasks[t].recipe != plan->tasks[t - 1].recipe || a->v == b->v)
            continue;
        for (size_t i = 0; i < a->n && i < b->n; i++)
            if ((a->v[i].flags & TD_LENGTH) && strcmp(a->v[i].value, b->v[i].value) != 0)
                return true;
    }
    return false;
}

static bool any_has_length(const struct td_plan *plan, const size_t *left, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (has_length(&plan->tasks[left[i]]))
            return true;
    return false;
}

static td_status search_all(struct search *s, const size_t *left, size_t n, struct td_error *err) {
    td_status status = list_lineages(s, left, n, err);
    if (!status)
        status = td_log_scan(s->dir, false, look_at_record, s, NULL, err);
    if (status || !s->n_stored)
        return status;
    s->answers = calloc(ANSWERS, sizeof *s->answers);
    s->out->done = calloc(s->plan->n, sizeof *s->out->done);
    if (!s->answers || !s->out->done)
        return td_fail_memory(err, s->plan->n * sizeof *s->out->done);
    for (size_t i = 0; i < n && !status; i++)
        status = judge(s, left[i], err);
    s->out->share = s->cost_going_on > 0 ? s->cost_done / s->cost_going_on : 0;
    return status;
}

td_status td_longer_find(const char *dir, const struct td_plan *plan, const size_t *left,
                         size_t n_left, size_t stale, enum td_end_states ends,
                         struct td_longer *out, struct td_error *err) {
    struct search s = {.dir = dir, .plan = plan, .ends = ends, .out = out};
    *out = (struct td_longer){0};
    if (!any_has_length(plan, left, n_left) || (!stale && !lengths_differ(plan)))
        return TD_OK;
    s.arena = td_arena_create();
    td_status status =
        s.arena ? search_all(&s, left, n_left, err) : td_fail_memory(err, sizeof(void *));
    td_arena_free(s.arena);
    free(s.slots);
    free(s.answers);
    if (status)
        td_longer_free(out);
    return status;
}

void td_longer_free(struct td_longer *longer) {
    free(longer->done);
    longer->done = NULL;
}
