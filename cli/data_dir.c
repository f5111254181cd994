#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static bool holds_experiments(struct td_arena *arena, const char *dir) {
    const char *path = td_arena_printf(arena, "%s/experiments", dir);
    struct stat st;
    return path && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool starts_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

td_status td_data_dir(struct td_arena *arena, const char **out, struct td_error *err) {
    const char *named = getenv("TDYN_DATA");
    if (named && *named) {
        if (!holds_experiments(arena, named))
            return td_fail(err, TD_BAD_INPUT, "TDYN_DATA=%s holds no folder experiments/", named);
        *out = named;
        return TD_OK;
    }
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n < 0)
        return td_fail(err, TD_FAILED, "cannot find the program's own path: %s", strerror(errno));
    program[n] = '\0';
    if (starts_with(program, TDYN_BUILD_DIR "/") && holds_experiments(arena, TDYN_SOURCE_DIR)) {
        *out = TDYN_SOURCE_DIR;
        return TD_OK;
    }
    *strrchr(program, '/') = '\0';
    *out = td_arena_printf(arena, "%s/%s", program, TDYN_SHARE);
    if (*out && holds_experiments(arena, *out))
        return TD_OK;
    return td_fail(err, TD_FAILED,
                   "no folder experiments/ in %s; set TDYN_DATA to the folder that "
                   "holds experiments/ and plots/",
                   *out ? *out : TDYN_SHARE);
}

td_status td_cli_catalog(struct td_arena *arena, const char **data_dir, struct td_catalog *catalog,
                         struct td_error *err) {
    if (!arena)
        return td_fail_memory(err, sizeof(void *));
    td_status status = td_data_dir(arena, data_dir, err);
    if (!status && setenv("TDYN_DATA", *data_dir, 0)) /* for data found by name: table_file.h */
        status = td_fail_memory(err, strlen(*data_dir));
    return status ? status : td_catalog_read(*data_dir, &td_experiments, arena, catalog, err);
}

const char *td_paper_of(const char *experiment, char *buffer, size_t size) {
    snprintf(buffer, size, "%.*s", (int)strcspn(experiment, "/"), experiment);
    return buffer;
}

const char *td_paper_folder(const char *paper, char *buffer, size_t size) {
    snprintf(buffer, size, "%s", paper);
    for (char *c = buffer; *c; ++c)
        if (*c == '-')
            *c = '_';
    return buffer;
}
