#include "sweep/run_tidy.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sweep/extend.h"

/* The plan's task whose checkpoint a file is: ID.ck, ID.ck.old, ID.ck.tmp; plan->n if none. */
static size_t find_task(const struct td_plan *plan, const char *file) {
    const char *end = strstr(file, ".ck");
    size_t length = end ? (size_t)(end - file) : 0;
    if (!length || length > TD_ID_CHARS)
        return plan->n;
    size_t i = 0;
    while (i < plan->n && (strncmp(plan->tasks[i].id, file, length) || plan->tasks[i].id[length]))
        i++;
    return i;
}

static bool half_written(const char *file) {
    const char *end = strrchr(file, '.');
    return end && !strcmp(end, ".tmp");
}

void td_run_tidy(const struct td_store *store, const struct td_plan *plan, int part, int parts) {
    char path[PATH_MAX];
    if (!parts)
        td_ends_tidy(td_store_dir(store));
    if (snprintf(path, sizeof path, "%s/checkpoints", td_store_dir(store)) >= (int)sizeof path)
        return;
    DIR *folder = opendir(path);
    for (struct dirent *e; folder && (e = readdir(folder));) {
        size_t i = find_task(plan, e->d_name);
        if (i == plan->n || (parts && i % (size_t)parts != (size_t)part - 1))
            continue;
        if (td_store_has(store, &plan->tasks[i]) || half_written(e->d_name))
            unlinkat(dirfd(folder), e->d_name, 0);
    }
    if (folder)
        closedir(folder);
}
