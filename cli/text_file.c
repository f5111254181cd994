#include "cli/text_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

td_status td_text_read(const char *path, struct td_arena *arena, const char **out,
                       struct td_error *err) {
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (!f || fstat(fileno(f), &st) != 0) {
        td_status status = td_fail(err, TD_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
        if (f)
            fclose(f);
        return status;
    }
    td_status status = TD_OK;
    if (!S_ISREG(st.st_mode) || st.st_size > TD_TEXT_FILE_MAX)
        status = td_fail(err, TD_BAD_INPUT, "%s: not a file of at most %d MiB", path,
                         TD_TEXT_FILE_MAX >> 20);
    char *text = status ? NULL : td_arena_alloc(arena, (size_t)st.st_size + 1);
    if (!status && !text)
        status = td_fail_memory(err, (size_t)st.st_size + 1);
    if (!status && fread(text, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
        status = td_fail(err, TD_FAILED, "cannot read %s: it changed or the disk failed", path);
    fclose(f);
    *out = text;
    return status;
}

td_status td_output_open(struct td_output *o, const char *path, struct td_error *err) {
    o->file = NULL;
    if (snprintf(o->path, sizeof o->path, "%s", path) >= (int)sizeof o->path - 8)
        return td_fail(err, TD_BAD_INPUT, "%.100s...: the path is too long", path);
    snprintf(o->temporary, sizeof o->temporary, "%.4080s.tmp", path);
    o->file = fopen(o->temporary, "w");
    if (!o->file)
        return td_fail(err, TD_BAD_INPUT, "cannot write %s: %s", path, strerror(errno));
    return TD_OK;
}

td_status td_output_commit(struct td_output *o, struct td_error *err) {
    errno = 0;
    int bad = ferror(o->file);
    bad |= fclose(o->file) != 0;
    o->file = NULL;
    if (!bad && rename(o->temporary, o->path) == 0)
        return TD_OK;
    td_status status = td_fail(err, TD_FAILED, "cannot write %s: %s", o->path,
                               errno ? strerror(errno) : "write error");
    unlink(o->temporary);
    return status;
}

void td_output_discard(struct td_output *o) {
    if (o->file) {
        fclose(o->file);
        unlink(o->temporary);
        o->file = NULL;
    }
}
