#include "sweep/store_dir.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/log_format.h"
#include "sweep/members.h"
#include "sweep/store_file.h"

enum { OLD_MAX = 100000 };

static td_status make_folders(const char *dir, struct td_error *err) {
    char path[PATH_MAX];
    if (!*dir || strlen(dir) >= sizeof path)
        return td_fail(err, TD_BAD_INPUT, "the output directory's path is %s",
                       *dir ? "too long" : "empty");
    strcpy(path, dir);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return td_fail_path(err, "create", path);
        *slash = '/';
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return td_fail_path(err, "create", path);
    return TD_OK;
}

static bool has_log(const char *canonical) {
    char **paths;
    size_t n;
    bool found = false;
    if (td_log_list(canonical, &paths, &n, NULL))
        return true; /* cannot be read: opening the logs will say why */
    for (size_t i = 0; i < n && !found; ++i) {
        char magic[TD_LOG_MAGIC_BYTES] = "";
        FILE *f = fopen(paths[i], "rbe");
        found = f && fread(magic, 1, sizeof magic, f) == sizeof magic &&
                memcmp(magic, TD_LOG_MAGIC, sizeof magic) == 0;
        if (f)
            fclose(f);
    }
    td_log_list_free(paths, n);
    return found;
}

bool td_output_dir_used(const char *canonical) {
    bool intact;
    return td_members_exist(canonical, &intact) || has_log(canonical);
}

/* What a directory may hold between its making and its first record. */
static bool belongs_to_set_up(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "log") == 0 ||
           strcmp(name, "lock") == 0 || strncmp(name, "lock-", 5) == 0 ||
           strstr(name, TD_TEMPORARY) != NULL;
}

static td_status check_ours(const char *canonical, struct td_error *err) {
    DIR *folder = opendir(canonical);
    if (!folder)
        return td_fail_path(err, "read", canonical);
    char foreign[NAME_MAX + 1] = "";
    for (struct dirent *e; !*foreign && (e = readdir(folder));)
        if (!belongs_to_set_up(e->d_name))
            snprintf(foreign, sizeof foreign, "%s", e->d_name);
    closedir(folder);
    if (*foreign && !td_output_dir_used(canonical))
        return td_fail(err, TD_BAD_INPUT,
                       "%s is not an output directory of tdyn and not empty (it holds %s): choose "
                       "another directory",
                       canonical, foreign);
    return TD_OK;
}

td_status td_output_dir_make(const char *dir, char canonical[PATH_MAX], struct td_error *err) {
    td_status status = make_folders(dir, err);
    if (status)
        return status;
    if (!realpath(dir, canonical))
        return td_fail_path(err, "open", dir);
    return check_ours(canonical, err);
}

td_status td_output_dir_move_aside(const char *canonical, struct td_error *err) {
    char old[PATH_MAX + 16];
    struct stat info;
    int i = 1;
    do
        snprintf(old, sizeof old, "%s.old-%d", canonical, i);
    while (lstat(old, &info) == 0 && ++i < OLD_MAX);
    if (rename(canonical, old) != 0)
        return td_fail_path(err, "move aside", canonical);
    if (mkdir(canonical, 0777) != 0 && errno != EEXIST)
        return td_fail_path(err, "create", canonical);
    return TD_OK;
}

void td_output_dir_tidy(const char *canonical) {
    DIR *folder = opendir(canonical);
    for (struct dirent *e; folder && (e = readdir(folder));)
        if (strstr(e->d_name, TD_TEMPORARY) != NULL)
            unlinkat(dirfd(folder), e->d_name, 0);
    if (folder)
        closedir(folder);
}
