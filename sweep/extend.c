#include "sweep/extend.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/checkpoint_file.h"
#include "sweep/identity.h"
#include "sweep/store_file.h"

#define FOLDER "ends"
#define SUFFIX ".end"

enum { LINEAGE_CHARS = 32, OBSERVED_CHARS = 16, NAME_CHARS = 128 };

/* ---- may one go on from the other? ---- */

/* Settings as they are stored, resolved again: they may come from a file. */
static td_status decode(const struct td_experiment *e, const struct td_settings *settings,
                        struct td_arena *arena, void **out, struct td_error *err) {
    struct td_settings resolved;
    struct td_assign *assigns = td_arena_alloc(arena, settings->n * sizeof *assigns);
    *out = td_arena_alloc(arena, e->kind.params_size);
    if (!assigns || !*out)
        return td_fail_memory(err, settings->n * sizeof *assigns);
    for (size_t i = 0; i < settings->n; i++)
        assigns[i] = (struct td_assign){.name = settings->v[i].name, .text = settings->v[i].value};
    td_status status = td_resolve(e->kind.params, assigns, settings->n, arena, &resolved, err);
    if (!status)
        status = td_decode(e->kind.params, &resolved, arena, *out, e->kind.params_size, err);
    return status;
}

/* The shorter length as a share of the longer, by the settings that say how long a run is; 1 if
   they do not tell. */
static double share_of(const struct td_settings *shorter, const struct td_settings *longer) {
    double share = 1;
    for (size_t i = 0; i < longer->n; i++) {
        if (!(longer->v[i].flags & TD_LENGTH))
            continue;
        for (size_t j = 0; j < shorter->n; j++) {
            double from = strtod(shorter->v[j].value, NULL), to = strtod(longer->v[i].value, NULL);
            if (strcmp(shorter->v[j].name, longer->v[i].name) == 0 && from > 0 && to > 0)
                share *= from / to;
        }
    }
    return share;
}

td_status td_extends(const struct td_experiment *experiment, const struct td_settings *shorter,
                     const struct td_settings *longer, double *share, struct td_error *err) {
    void *of_shorter, *of_longer;
    *share = 1;
    if (!experiment->extends) {
        *share = share_of(shorter, longer);
        return td_fail(err, TD_BAD_INPUT, "%s never goes on from a shorter run",
                       experiment->kind.name);
    }
    struct td_arena *arena = td_arena_create();
    td_status status = arena ? TD_OK : td_fail_memory(err, sizeof(void *));
    if (!status)
        status = decode(experiment, shorter, arena, &of_shorter, err);
    if (!status)
        status = decode(experiment, longer, arena, &of_longer, err);
    if (!status && experiment->check)
        status = experiment->check(of_shorter, err);
    if (!status)
        status = experiment->extends(of_shorter, of_longer, share, err);
    td_arena_free(arena);
    return status;
}

/* ---- files ---- */

struct place {
    char folder[PATH_MAX]; /* DIR/ends/LL */
    char path[PATH_MAX];
};

static td_status find_folder(const char *dir, const char *lineage, char out[PATH_MAX],
                             struct td_error *err) {
    char name[sizeof FOLDER + 4];
    snprintf(name, sizeof name, "%s/%.2s", FOLDER, lineage);
    return td_path(out, dir, name, err);
}

static td_status find_place(const char *dir, const char *lineage, const char *id, uint64_t observed,
                            struct place *p, struct td_error *err) {
    char name[NAME_CHARS];
    if (!td_task_id_valid(id) || strlen(lineage) != LINEAGE_CHARS)
        return td_fail(err, TD_FAILED, "end state: '%.80s' is no task id", id);
    snprintf(name, sizeof name, "%s-%s-%016" PRIx64 SUFFIX, lineage, id, observed);
    td_status status = find_folder(dir, lineage, p->folder, err);
    return status ? status : td_path(p->path, p->folder, name, err);
}

static td_status make_folder(const char *path, struct td_error *err) {
    return mkdir(path, 0777) != 0 && errno != EEXIST ? td_fail_path(err, "create", path) : TD_OK;
}

td_status td_end_write(const char *dir, const char *lineage, const struct td_task_spec *spec,
                       const char *fingerprint, const struct td_section *sections, size_t n,
                       struct td_error *err) {
    struct place p;
    char root[PATH_MAX], name[NAME_CHARS], temporary[PATH_MAX];
    td_status status = find_place(dir, lineage, spec->id, spec->observed, &p, err);
    if (!status)
        status = td_path(root, dir, FOLDER, err);
    snprintf(name, sizeof name, "%s-%016" PRIx64 TD_TEMPORARY "end", spec->id, spec->observed);
    if (!status)
        status = td_path(temporary, root, name, err);
    if (!status)
        status = make_folder(root, err);
    if (!status)
        status = make_folder(p.folder, err);
    if (status)
        return status;
    status = td_checkpoint_file_write(temporary, spec->id, fingerprint, sections, n, err);
    if (!status && rename(temporary, p.path) != 0)
        status = td_fail_path(err, "write", p.path);
    if (status)
        unlink(temporary);
    return status;
}

bool td_end_exists(const char *dir, const char *lineage, const char *id, uint64_t observed) {
    struct place p;
    return !find_place(dir, lineage, id, observed, &p, NULL) && access(p.path, R_OK) == 0;
}

void td_ends_tidy(const char *dir) {
    char root[PATH_MAX];
    if (td_path(root, dir, FOLDER, NULL))
        return;
    DIR *folder = opendir(root);
    for (struct dirent *e; folder && (e = readdir(folder));)
        if (strstr(e->d_name, TD_TEMPORARY))
            unlinkat(dirfd(folder), e->d_name, 0);
    if (folder)
        closedir(folder);
}

static void count_folder(int root, const char *name, size_t *n, double *bytes) {
    struct stat info;
    int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *e; folder && (e = readdir(folder));)
        if (strstr(e->d_name, SUFFIX) && fstatat(fd, e->d_name, &info, 0) == 0) {
            ++*n;
            *bytes += (double)info.st_size;
        }
    if (folder)
        closedir(folder);
    else if (fd >= 0)
        close(fd);
}

void td_ends_count(const char *dir, size_t *n, double *bytes) {
    char root[PATH_MAX];
    *n = 0;
    *bytes = 0;
    if (td_path(root, dir, FOLDER, NULL))
        return;
    DIR *folder = opendir(root);
    for (struct dirent *e; folder && (e = readdir(folder));)
        if (strlen(e->d_name) == 2 && e->d_name[0] != '.')
            count_folder(dirfd(folder), e->d_name, n, bytes);
    if (folder)
        closedir(folder);
}

/* ---- the best end ---- */

/* The task id in "LINEAGE-ID-OBSERVED.end" of this lineage; false: another file. */
static bool parse_name(const char *name, const char *lineage, char id[TD_ID_CHARS + 1]) {
    size_t n = strlen(name), around = LINEAGE_CHARS + 2 + OBSERVED_CHARS + strlen(SUFFIX);
    if (n <= around || n - around > TD_ID_CHARS || strncmp(name, lineage, LINEAGE_CHARS) != 0 ||
        name[LINEAGE_CHARS] != '-' || strcmp(name + n - strlen(SUFFIX), SUFFIX) != 0)
        return false;
    snprintf(id, TD_ID_CHARS + 1, "%.*s", (int)(n - around), name + LINEAGE_CHARS + 1);
    return td_task_id_valid(id);
}

/* Fills in what the file holds and whether the task may go on from it. */
static td_status judge(const char *path, const char *id, const char *lineage,
                       const struct td_task_spec *spec, const char *fingerprint, struct td_end *end,
                       enum td_checkpoint_verdict *verdict) {
    char own[TD_ID_CHARS + 1];
    const struct td_section *packed = NULL;
    *verdict = TD_CHECKPOINT_DAMAGED;
    td_status status = td_checkpoint_file_read(path, id, fingerprint, end->arena, &end->sections,
                                               &end->n, verdict, NULL);
    if (status || *verdict != TD_CHECKPOINT_VALID)
        return TD_FAILED;
    for (size_t i = 0; i < end->n; i++)
        if (!strcmp(end->sections[i].name, TD_SECTION_RECORD))
            packed = &end->sections[i];
    struct td_record *r = &end->record;
    if (!packed || td_record_unpack(packed->data, packed->bytes, end->arena, r, NULL) ||
        td_lineage(r->experiment, r->version, &r->settings, r->seed, own, NULL) ||
        strcmp(own, lineage) != 0) {
        *verdict = TD_CHECKPOINT_FOREIGN;
        return TD_FAILED;
    }
    return td_extends(spec->recipe->experiment, &r->settings, &spec->settings, &end->share, NULL);
}

/* Takes the file in place of *best if it leaves less to do. */
static td_status consider(const char *path, const char *id, const char *lineage,
                          const struct td_task_spec *spec, const char *fingerprint,
                          struct td_arena *arena, struct td_end *best, const char **note,
                          struct td_error *err) {
    struct td_end end = {.arena = td_arena_create()};
    enum td_checkpoint_verdict verdict;
    if (!end.arena)
        return td_fail_memory(err, sizeof(void *));
    td_status status = judge(path, id, lineage, spec, fingerprint, &end, &verdict);
    if (verdict == TD_CHECKPOINT_DAMAGED || verdict == TD_CHECKPOINT_FOREIGN)
        td_checkpoint_note(arena, note, path, verdict);
    if (!status && end.share < 1 && (!best->arena || end.share > best->share)) {
        struct td_arena *worse = best->arena;
        *best = end;
        end.arena = worse;
    }
    td_arena_free(end.arena);
    return TD_OK;
}

td_status td_end_find(const char *dir, const char *lineage, const struct td_task_spec *spec,
                      const char *fingerprint, struct td_arena *arena, struct td_end *out,
                      const char **note, struct td_error *err) {
    char path[PATH_MAX], folder_path[PATH_MAX], id[TD_ID_CHARS + 1];
    *out = (struct td_end){0};
    *note = NULL;
    td_status status = find_folder(dir, lineage, folder_path, err);
    DIR *folder = status ? NULL : opendir(folder_path);
    for (struct dirent *e; folder && !status && (e = readdir(folder));) {
        if (!parse_name(e->d_name, lineage, id))
            continue;
        status = td_path(path, folder_path, e->d_name, err);
        if (!status)
            status = consider(path, id, lineage, spec, fingerprint, arena, out, note, err);
    }
    if (folder)
        closedir(folder);
    if (status) {
        td_arena_free(out->arena);
        out->arena = NULL;
    }
    return status;
}
