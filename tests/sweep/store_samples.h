/* For tests of the store: folders that vanish again, plans and records made by hand. */
#ifndef TD_TESTS_SWEEP_STORE_SAMPLES_H
#define TD_TESTS_SWEEP_STORE_SAMPLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sweep/log.h"
#include "sweep/members.h"
#include "sweep/record.h"
#include "sweep/store.h"

#define PRINT "tdyn test float avx2"

/* ---- folders and files ---- */

struct folder {
    char path[PATH_MAX];
};

static inline int remove_entry(const char *path, const struct stat *info, int type,
                               struct FTW *where) {
    (void)info, (void)type, (void)where;
    return remove(path);
}

/* cmocka set-up and tear-down: *state is a struct folder of its own. */
static inline int make_folder(void **state) {
    struct folder *f = calloc(1, sizeof *f);
    char name[] = "/tmp/tdyn-test-XXXXXX";
    if (!f || !mkdtemp(name) || !realpath(name, f->path))
        return -1;
    *state = f;
    return 0;
}

static inline int remove_folder(void **state) {
    struct folder *f = *state;
    nftw(f->path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(f);
    return 0;
}

/* Valid for the next seven calls. */
static inline const char *in_folder(void **state, const char *name) {
    static char paths[8][2 * PATH_MAX];
    static int next;
    next = (next + 1) % 8;
    snprintf(paths[next], sizeof paths[next], "%s/%s", ((struct folder *)*state)->path, name);
    return paths[next];
}

static inline bool file_exists(const char *path) {
    struct stat info;
    return lstat(path, &info) == 0;
}

/* malloc'd bytes. */
static inline unsigned char *read_bytes(const char *path, size_t *n) {
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    *n = (size_t)ftell(f);
    rewind(f);
    unsigned char *bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, f), *n);
    bytes[*n] = 0;
    fclose(f);
    return bytes;
}

static inline void write_bytes(const char *path, const void *bytes, size_t n) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* Whether any name in the folder contains `part`. */
static inline bool any_name(const char *folder, const char *part) {
    DIR *d = opendir(folder);
    bool found = false;
    for (struct dirent *e; d && (e = readdir(d));)
        found = found || strstr(e->d_name, part);
    if (d)
        closedir(d);
    return found;
}

static inline void limit_file_size(rlim_t bytes) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

/* ---- plans ---- */

enum { SAMPLE_TASKS_MAX = 512 };

struct sample_plan {
    struct td_plan plan;
    struct td_recipe recipe;
    const struct td_recipe *recipes[1];
    struct td_task_spec tasks[SAMPLE_TASKS_MAX];
};

/* Tasks "task-0001" ... of one recipe. */
static inline struct sample_plan *make_plan(const char *recipe, size_t n, uint64_t observed) {
    struct sample_plan *p = calloc(1, sizeof *p);
    assert_non_null(p);
    assert_true(n <= SAMPLE_TASKS_MAX);
    p->recipe.name = recipe;
    p->recipes[0] = &p->recipe;
    for (size_t i = 0; i < n; ++i) {
        p->tasks[i] =
            (struct td_task_spec){.recipe = &p->recipe, .seed = i + 1, .observed = observed};
        snprintf(p->tasks[i].id, sizeof p->tasks[i].id, "task-%04zu", i + 1);
    }
    p->plan = (struct td_plan){.n = n,
                               .tasks = p->tasks,
                               .n_recipes = 1,
                               .recipes = p->recipes,
                               .config = "recipes: [demo]\n"};
    return p;
}

/* ---- records ---- */

static inline struct td_record make_record(const char *id, const char *experiment, uint64_t seed,
                                           const struct td_setting *settings, size_t n_settings,
                                           const struct td_record_value *values, size_t n_values) {
    struct td_record r = {.experiment = experiment,
                          .version = 1,
                          .seed = seed,
                          .settings = {n_settings, (struct td_setting *)(uintptr_t)settings},
                          .status_step = -1,
                          .error = "",
                          .seconds = 0.25,
                          .rank = 3,
                          .host = "node7",
                          .n_values = n_values,
                          .values = values};
    snprintf(r.id, sizeof r.id, "%s", id);
    return r;
}

static inline void assert_ok(td_status status, const struct td_error *err) {
    if (status)
        fail_msg("status %d: %s", (int)status, err->message);
}

static inline void assert_says(const struct td_error *err, const char *part) {
    if (!strstr(err->message, part))
        fail_msg("\"%s\" does not contain \"%s\"", err->message, part);
}

static inline void append_record(struct td_log *log, const struct td_record *record) {
    struct td_error err = {0};
    void *block;
    size_t bytes;
    assert_ok(td_record_pack(record, &block, &bytes, &err), &err);
    assert_ok(td_log_append(log, block, bytes, &err), &err);
    free(block);
}

#endif
