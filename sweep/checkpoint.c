/* Checkpoints of running tasks. As bytes (little endian): "tdyn-chk", format u32, total bytes u64,
   id, fingerprint, number of sections u32; each section: name, bytes u64, zeros up to a multiple of
   16, data, zeros up to a multiple of 16; XXH3-64 of everything before it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "sweep/record.h"
#include "sweep/record_bytes.h"
#include "sweep/store.h"
#include "sweep/store_file.h"

#define MAGIC "tdyn-chk"
#define FOLDER "checkpoints"

enum { FORMAT = 1, MAGIC_BYTES = 8, TOTAL_AT = MAGIC_BYTES + 4, SUM_BYTES = 8, DATA_ALIGN = 16 };

static const size_t CHECKPOINT_MAX = (size_t)1 << 40;

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

/* ---- writing ---- */

static td_status pack(const char *id, const char *fingerprint, const struct td_section *sections,
                      size_t n, struct td_writer *w, struct td_error *err) {
    td_put(w, MAGIC, MAGIC_BYTES);
    td_put_u32(w, FORMAT);
    td_put_u64(w, 0); /* total, filled in below */
    td_put_text(w, id);
    td_put_text(w, fingerprint);
    td_put_u32(w, (uint32_t)n);
    for (size_t i = 0; i < n; ++i) {
        td_put_text(w, sections[i].name);
        td_put_u64(w, sections[i].bytes);
        td_put_padding(w, DATA_ALIGN);
        td_put(w, sections[i].data, sections[i].bytes);
        td_put_padding(w, DATA_ALIGN);
    }
    if (w->failed)
        return td_fail_memory(err, w->n);
    uint64_t total = htole64(w->n + SUM_BYTES);
    memcpy(w->v + TOTAL_AT, &total, sizeof total);
    td_put_u64(w, XXH3_64bits(w->v, w->n));
    return w->failed ? td_fail_memory(err, w->n) : TD_OK;
}

static td_status write_temporary(const struct paths *p, const struct td_writer *w,
                                 struct td_error *err) {
    FILE *f = fopen(p->temporary, "wbe");
    if (!f)
        return td_fail_path(err, "write", p->temporary);
    setvbuf(f, NULL, _IONBF, 0);
    bool written = fwrite(w->v, 1, w->n, f) == w->n && fsync(fileno(f)) == 0;
    int code = errno;
    if (fclose(f) != 0 && written) {
        written = false;
        code = errno;
    }
    if (!written)
        return td_fail(err, TD_FAILED, "cannot write %s: %s", p->temporary, strerror(code));
    return TD_OK;
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
    struct td_writer w = {0};
    td_status status = find_paths(dir, id, &p, err);
    if (!status)
        status = pack(id, fingerprint, sections, n, &w, err);
    if (!status && mkdir(p.folder, 0777) != 0 && errno != EEXIST)
        status = td_fail_path(err, "create", p.folder);
    if (!status) {
        status = write_temporary(&p, &w, err);
        if (!status)
            status = rotate(&p, err);
        if (status)
            unlink(p.temporary);
    }
    free(w.v);
    return status;
}

/* ---- reading ---- */

enum verdict { VALID, ABSENT, DAMAGED, FOREIGN };

static const char *get_text(struct td_reader *in, struct td_arena *arena) {
    size_t n = td_get_u32(in);
    const char *bytes = td_get(in, n);
    char *text = bytes && !memchr(bytes, 0, n) ? td_arena_alloc(arena, n + 1) : NULL;
    if (text)
        memcpy(text, bytes, n);
    else
        in->bad = true;
    return text;
}

static void skip_padding(struct td_reader *in) {
    size_t over = in->at % DATA_ALIGN;
    if (over)
        td_get(in, DATA_ALIGN - over);
}

static void get_sections(struct td_reader *in, struct td_arena *arena, struct td_section **out,
                         size_t *n) {
    enum { LEAST = 4 + 8 };
    size_t count = td_get_u32(in);
    if (in->bad || count > td_left(in) / LEAST) {
        in->bad = true;
        return;
    }
    struct td_section *sections = td_arena_alloc(arena, count * sizeof *sections);
    in->bad = in->bad || !sections;
    for (size_t i = 0; i < count && !in->bad; ++i) {
        sections[i].name = get_text(in, arena);
        uint64_t bytes = td_get_u64(in);
        skip_padding(in);
        sections[i].data = bytes <= td_left(in) ? td_get(in, (size_t)bytes) : td_get(in, SIZE_MAX);
        sections[i].bytes = (size_t)bytes;
        skip_padding(in);
    }
    *out = sections;
    *n = count;
}

/* The block lies in the arena and stays there: sections point into it. */
static enum verdict parse(const unsigned char *block, size_t bytes, const char *id,
                          const char *fingerprint, struct td_arena *arena, struct td_section **out,
                          size_t *n) {
    if (bytes < TOTAL_AT + 8 + SUM_BYTES || memcmp(block, MAGIC, MAGIC_BYTES) != 0)
        return DAMAGED;
    struct td_reader sum = {.v = block, .n = bytes, .at = bytes - SUM_BYTES};
    struct td_reader in = {.v = block, .n = bytes - SUM_BYTES, .at = MAGIC_BYTES};
    uint32_t format = td_get_u32(&in);
    if (td_get_u64(&in) != bytes || td_get_u64(&sum) != XXH3_64bits(block, in.n))
        return DAMAGED;
    if (format != FORMAT)
        return FOREIGN;
    const char *stored_id = get_text(&in, arena), *stored_print = get_text(&in, arena);
    if (in.bad)
        return DAMAGED;
    if (strcmp(stored_id, id) != 0 || strcmp(stored_print, fingerprint) != 0)
        return FOREIGN;
    get_sections(&in, arena, out, n);
    if (in.bad || td_left(&in) > 0) {
        *n = 0;
        return DAMAGED;
    }
    return VALID;
}

/* Reads a whole file into the arena; *block NULL: there is none. */
static td_status load(const char *path, struct td_arena *arena, unsigned char **block,
                      size_t *bytes, struct td_error *err) {
    char *text;
    *block = NULL;
    td_status status = td_file_read(path, CHECKPOINT_MAX, &text, bytes, err);
    if (status || !text)
        return status;
    *block = td_arena_alloc(arena, *bytes);
    if (*block)
        memcpy(*block, text, *bytes);
    else
        status = td_fail_memory(err, *bytes);
    free(text);
    return status;
}

static void add_note(struct td_arena *arena, const char **note, const char *path,
                     const char *what) {
    *note = *note ? td_arena_printf(arena, "%s; %s %s", *note, path, what)
                  : td_arena_printf(arena, "%s %s", path, what);
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
        unsigned char *block;
        size_t bytes;
        status = load(candidates[i], arena, &block, &bytes, err);
        if (status || !block)
            continue;
        enum verdict verdict = parse(block, bytes, id, fingerprint, arena, out, n);
        if (verdict == VALID)
            break;
        add_note(arena, note, candidates[i],
                 verdict == DAMAGED ? "is damaged and ignored"
                                    : "is of another build or task and ignored");
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
