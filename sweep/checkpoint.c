/* The checkpoints of running tasks: which files, the newest and the one before. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/checkpoint_file.h"
#include "sweep/record.h"
#include "sweep/store.h"
#include "sweep/store_file.h"

#define FOLDER "checkpoints"

/* The files of a task: its newest checkpoint, the one before, the one being written. */
struct paths {
    char folder[PATH_MAX], newest[PATH_MAX], previous[PATH_MAX], temporary[PATH_MAX];
};

static td_status find_paths(const char *dir, const char *id, struct paths *p,
                            struct td_error *err) {
    if (!td_task_id_valid(id))
        return td_fail(err, TD_FAILED, "checkpoint: '%.80s' is no task id", id);
    char name[TD_ID_CHARS + 16];
    td_status status = td_path(p->folder, dir, FOLDER, err);
    snprintf(name, sizeof name, "%s.ck", id);
    if (!status)
        status = td_path(p->newest, p->folder, name, err);
    snprintf(name, sizeof name, "%s.ck.old", id);
    if (!status)
        status = td_path(p->previous, p->folder, name, err);
    snprintf(name, sizeof name, "%s.ck.tmp", id);
    return status ? status : td_path(p->temporary, p->folder, name, err);
}

static td_status rotate(const struct paths *p, struct td_error *err) {
    if (rename(p->newest, p->previous) != 0 && errno != ENOENT)
        return td_fail_path(err, "write", p->previous);
    if (rename(p->temporary, p->newest) != 0)
        return td_fail_path(err, "write", p->newest);
    return td_sync_folder(p->folder, err);
}

td_status td_checkpoint_write(const char *dir, const char *id, const char *fingerprint,
                              const struct td_section *sections, size_t n, struct td_error *err) {
    struct paths p;
    td_status status = find_paths(dir, id, &p, err);
    if (!status && mkdir(p.folder, 0777) != 0 && errno != EEXIST)
        status = td_fail_path(err, "create", p.folder);
    if (status)
        return status;
    status = td_checkpoint_file_write(p.temporary, id, fingerprint, sections, n, err);
    if (!status)
        status = rotate(&p, err);
    if (status)
        unlink(p.temporary);
    return status;
}

td_status td_checkpoint_read(const char *dir, const char *id, const char *fingerprint,
                             struct td_arena *arena, struct td_section **out, size_t *n,
                             const char **note, struct td_error *err) {
    struct paths p;
    *out = NULL;
    *n = 0;
    *note = NULL;
    td_status status = find_paths(dir, id, &p, err);
    const char *const candidates[] = {p.newest, p.previous};
    for (size_t i = 0; i < 2 && !status; ++i) {
        enum td_checkpoint_verdict verdict;
        status =
            td_checkpoint_file_read(candidates[i], id, fingerprint, arena, out, n, &verdict, err);
        if (status || verdict == TD_CHECKPOINT_ABSENT)
            continue;
        if (verdict == TD_CHECKPOINT_VALID)
            break;
        td_checkpoint_note(arena, note, candidates[i], verdict);
    }
    return status;
}

void td_checkpoint_remove(const char *dir, const char *id) {
    struct paths p;
    if (find_paths(dir, id, &p, NULL))
        return;
    unlink(p.newest);
    unlink(p.previous);
    unlink(p.temporary);
}

bool td_checkpoint_exists(const char *dir, const char *id) {
    struct paths p;
    return !find_paths(dir, id, &p, NULL) &&
           (access(p.newest, F_OK) == 0 || access(p.previous, F_OK) == 0);
}
