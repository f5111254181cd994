#include "sweep/store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/interrupt.h"
#include "sweep/lock.h"
#include "sweep/log.h"
#include "sweep/log_format.h"
#include "sweep/members.h"
#include "sweep/store_dir.h"
#include "sweep/store_file.h"
#include "sweep/store_tasks.h"

#define CONFIG_FILE "config.yaml"

static const size_t CONFIG_MAX = (size_t)1 << 26;

struct td_store {
    char dir[PATH_MAX];
    struct td_store_options options;
    struct td_lock *lock; /* NULL on ranks that joined */
    struct td_log *log;
    struct td_stored_tasks tasks;
};

/* ---- does this request belong into that directory? ---- */

static td_status check_fingerprint(const char *dir, const char *fingerprint, struct td_error *err) {
    char stored[TD_FINGERPRINT_MAX + 1];
    td_status status = td_log_fingerprint(dir, stored, sizeof stored, err);
    if (!status && *stored && strcmp(stored, fingerprint) != 0)
        status = td_fail(err, TD_BAD_INPUT,
                         "%.300s holds results of \"%.250s\", this program is \"%.250s\": their "
                         "results are not mixed; choose another directory, or --fresh to move this "
                         "one aside",
                         dir, stored, fingerprint);
    return status;
}

static void append_name(char *list, size_t size, const char *name) {
    size_t used = strlen(list);
    snprintf(list + used, size - used, "%s%s", used ? ", " : "", name);
}

static bool plan_has_recipe(const struct td_plan *plan, const char *name) {
    for (size_t i = 0; i < plan->n_recipes; ++i)
        if (strcmp(plan->recipes[i]->name, name) == 0)
            return true;
    return false;
}

static bool members_have(const struct td_members *members, const char *name) {
    for (size_t i = 0; i < members->n_experiments; ++i)
        if (strcmp(members->experiments[i].name, name) == 0)
            return true;
    return false;
}

/* An optional recipe may join those that are there. */
static bool same_recipes(const struct td_members *members, const struct td_plan *plan) {
    for (size_t i = 0; i < members->n_experiments; ++i)
        if (!plan_has_recipe(plan, members->experiments[i].name))
            return false;
    for (size_t i = 0; i < plan->n_recipes; ++i)
        if (!plan->recipes[i]->optional && !members_have(members, plan->recipes[i]->name))
            return false;
    return true;
}

static td_status fail_recipes(const char *dir, const struct td_members *members,
                              const struct td_plan *plan, struct td_error *err) {
    char stored[300] = "", wanted[300] = "";
    for (size_t i = 0; i < members->n_experiments; ++i)
        append_name(stored, sizeof stored, members->experiments[i].name);
    for (size_t i = 0; i < plan->n_recipes; ++i)
        append_name(wanted, sizeof wanted, plan->recipes[i]->name);
    return td_fail(err, TD_BAD_INPUT,
                   "%.300s holds results of %s, this run is of %s: choose another directory, or "
                   "--fresh to move this one aside",
                   dir, stored, wanted);
}

static td_status check_recipes(const char *dir, const struct td_plan *plan, struct td_error *err) {
    bool intact;
    struct td_members members;
    if (!td_members_exist(dir, &intact) || !intact)
        return TD_OK; /* new, or damaged and about to be written anew */
    td_status status = td_members_read(dir, &members, err);
    if (!status && !same_recipes(&members, plan))
        status = fail_recipes(dir, &members, plan, err);
    td_members_free(&members);
    return status;
}

/* ---- the request becomes that of the directory ---- */

static td_status write_config(const char *dir, const char *config, struct td_error *err) {
    char path[PATH_MAX], *old = NULL;
    size_t n = 0;
    td_status status = td_path(path, dir, CONFIG_FILE, err);
    if (!status && td_file_read(path, CONFIG_MAX, &old, &n, NULL) == TD_OK && old &&
        n == strlen(config) && memcmp(old, config, n) == 0) {
        free(old);
        return TD_OK;
    }
    free(old);
    return status ? status : td_file_replace(dir, CONFIG_FILE, config, strlen(config), err);
}

static td_status write_request(const struct td_store *store, const struct td_plan *plan,
                               struct td_error *err) {
    bool changed, alone = td_lock_alone(store->lock);
    td_status status = td_members_write(store->dir, plan, alone, &changed, err);
    if (!status && changed && !alone)
        status = td_fail(err, TD_BAD_INPUT,
                         "%s is in use by other parts of another request: wait until they have "
                         "ended, or choose another directory",
                         store->dir);
    if (!status && alone)
        status = write_config(store->dir, plan->config ? plan->config : "", err);
    return status;
}

/* ---- opening ---- */

static td_status check_options(const struct td_store_options *o, struct td_error *err) {
    if ((o->part || o->parts) && (o->part < 1 || o->part > o->parts))
        return td_fail(err, TD_BAD_INPUT, "--part %d/%d: 1/%d to %d/%d is allowed", o->part,
                       o->parts, o->parts > 0 ? o->parts : 1, o->parts > 0 ? o->parts : 1,
                       o->parts > 0 ? o->parts : 1);
    if (o->fresh && o->part)
        return td_fail(err, TD_BAD_INPUT,
                       "--fresh and --part exclude each other: every part would move the others' "
                       "results aside; move the directory away before the parts start");
    return TD_OK;
}

static td_status start_fresh(struct td_store *store, struct td_error *err) {
    if (!td_output_dir_used(store->dir))
        return TD_OK;
    struct td_lock *old = store->lock;
    store->lock = NULL;
    td_status status = td_output_dir_move_aside(store->dir, err);
    if (!status)
        status = td_lock_take(store->dir, 0, 0, &store->lock, err);
    td_lock_release(old);
    return status;
}

static td_status open_log(struct td_store *store, int rank, const char *fingerprint,
                          struct td_error *err) {
    const struct td_store_options *o = &store->options;
    char name[64], part[32] = "";
    if (o->part)
        snprintf(part, sizeof part, "-part%dof%d", o->part, o->parts);
    snprintf(name, sizeof name, "%s%d%s", o->node ? "node" : "rank", o->node ? o->node : rank,
             part);
    return o->node
               ? td_log_open_shared(store->dir, name, fingerprint, !o->joins_node, &store->log, err)
               : td_log_open(store->dir, name, fingerprint, &store->log, err);
}

static td_status remember(void *context, const void *payload, size_t bytes, struct td_error *err) {
    struct td_store *store = context;
    struct td_record_head head;
    if (td_interrupt_pending())
        return td_fail(err, TD_INTERRUPTED, "stopped by a signal while %s was read", store->dir);
    td_status status = td_record_head(payload, bytes, &head, err);
    if (status)
        return td_fail_in(err, "%s/log", store->dir);
    if (!td_stored_tasks_put(&store->tasks, head.id, head.observed, head.status, NULL))
        return td_fail_memory(err, sizeof(struct td_stored_task));
    return TD_OK;
}

static td_status create(const struct td_store_options *options, struct td_store **out,
                        struct td_error *err) {
    *out = NULL;
    td_status status = options ? check_options(options, err) : TD_OK;
    if (status)
        return status;
    *out = calloc(1, sizeof **out);
    if (!*out)
        return td_fail_memory(err, sizeof **out);
    if (options)
        (*out)->options = *options;
    return TD_OK;
}

static td_status open_leading(struct td_store *store, const char *dir, const struct td_plan *plan,
                              const char *fingerprint, struct td_error *err) {
    const struct td_store_options *o = &store->options;
    td_status status = td_output_dir_make(dir, store->dir, err);
    if (!status)
        status = td_lock_take(store->dir, o->part, o->parts, &store->lock, err);
    if (!status && o->fresh)
        status = start_fresh(store, err);
    if (!status)
        status = check_fingerprint(store->dir, fingerprint, err);
    if (!status)
        status = check_recipes(store->dir, plan, err);
    if (!status && td_lock_alone(store->lock))
        td_output_dir_tidy(store->dir);
    if (!status)
        status = write_request(store, plan, err);
    if (!status)
        status = open_log(store, 0, fingerprint, err);
    if (!status)
        status = td_lock_share(store->lock, err);
    if (!status)
        status = td_log_scan(store->dir, false, remember, store, NULL, err);
    return status;
}

td_status td_store_open(const char *dir, const struct td_plan *plan, const char *fingerprint,
                        const struct td_store_options *options, struct td_store **out,
                        struct td_error *err) {
    td_status status = create(options, out, err);
    if (!status)
        status = open_leading(*out, dir, plan, fingerprint, err);
    if (status) {
        td_store_close(*out, NULL);
        *out = NULL;
    }
    return status;
}

td_status td_store_join(const char *dir, const char *fingerprint, int rank,
                        const struct td_store_options *options, struct td_store **out,
                        struct td_error *err) {
    td_status status = create(options, out, err);
    if (!status && !realpath(dir, (*out)->dir))
        status = td_fail_path(err, "open", dir);
    if (!status)
        status = open_log(*out, rank, fingerprint, err);
    if (status) {
        td_store_close(*out, NULL);
        *out = NULL;
    }
    return status;
}

td_status td_store_close(struct td_store *store, struct td_error *err) {
    if (!store)
        return TD_OK;
    td_status status = td_log_close(store->log, err);
    td_lock_release(store->lock);
    td_stored_tasks_free(&store->tasks);
    free(store);
    return status;
}

/* ---- use ---- */

const char *td_store_dir(const struct td_store *store) {
    return store->dir;
}

bool td_store_has(const struct td_store *store, const struct td_task_spec *task) {
    const struct td_stored_task *stored =
        td_stored_tasks_find(&store->tasks, task->id, task->observed);
    return stored && (stored->status != TD_TASK_FAILED || !store->options.retry_failed);
}

/* Distinct ids that are stored but not in the plan. */
static size_t count_stale(const struct td_store *store, const struct td_plan *plan) {
    struct td_stored_tasks ids = {0};
    size_t stale = 0;
    bool added, fits = true;
    for (size_t i = 0; i < plan->n && fits; ++i)
        fits = td_stored_tasks_put(&ids, plan->tasks[i].id, 0, TD_TASK_DONE, NULL);
    for (size_t i = 0; i < store->tasks.n_slots && fits; ++i) {
        const struct td_stored_task *slot = &store->tasks.slots[i];
        if (!slot->id[0])
            continue;
        fits = td_stored_tasks_put(&ids, slot->id, 0, TD_TASK_DONE, &added);
        stale += fits && added;
    }
    td_stored_tasks_free(&ids);
    return stale;
}

/* Tasks of the plan that are stored, but not with what the plan wants measured of them. */
static size_t count_replayed(const struct td_store *store, const struct td_plan *plan) {
    struct td_stored_tasks ids = {0};
    size_t replayed = 0;
    bool fits = true;
    for (size_t i = 0; i < store->tasks.n_slots && fits; ++i)
        if (store->tasks.slots[i].id[0])
            fits = td_stored_tasks_put(&ids, store->tasks.slots[i].id, 0, TD_TASK_DONE, NULL);
    for (size_t i = 0; i < plan->n && fits; ++i) {
        const struct td_task_spec *task = &plan->tasks[i];
        replayed += !td_stored_tasks_find(&store->tasks, task->id, task->observed) &&
                    td_stored_tasks_find(&ids, task->id, 0);
    }
    td_stored_tasks_free(&ids);
    return replayed;
}

struct td_store_counts td_store_count(const struct td_store *store, const struct td_plan *plan) {
    struct td_store_counts counts = {.stale = count_stale(store, plan),
                                     .replayed = count_replayed(store, plan)};
    for (size_t i = 0; i < plan->n; ++i) {
        const struct td_stored_task *stored =
            td_stored_tasks_find(&store->tasks, plan->tasks[i].id, plan->tasks[i].observed);
        if (!stored)
            ++counts.left;
        else if (stored->status == TD_TASK_DONE)
            ++counts.done;
        else if (stored->status == TD_TASK_DIVERGED)
            ++counts.diverged;
        else
            ++counts.failed;
    }
    return counts;
}

td_status td_store_append(struct td_store *store, const struct td_record *record,
                          struct td_error *err) {
    void *block;
    size_t bytes;
    td_status status = td_record_pack(record, &block, &bytes, err);
    if (status)
        return status;
    status = td_log_append(store->log, block, bytes, err);
    free(block);
    if (!status &&
        !td_stored_tasks_put(&store->tasks, record->id, record->observed, record->status, NULL))
        status = td_fail_memory(err, sizeof(struct td_stored_task));
    return status;
}

td_status td_store_sync(struct td_store *store, struct td_error *err) {
    return td_log_sync(store->log, err);
}
