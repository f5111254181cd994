#include "sweep/checkpoint_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "sweep/record_bytes.h"
#include "sweep/store_file.h"

#define MAGIC "tdyn-chk"

enum { FORMAT = 1, MAGIC_BYTES = 8, TOTAL_AT = MAGIC_BYTES + 4, SUM_BYTES = 8, DATA_ALIGN = 16 };

static const size_t CHECKPOINT_MAX = (size_t)1 << 40;

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

static td_status write_synced(const char *path, const struct td_writer *w, struct td_error *err) {
    FILE *f = fopen(path, "wbe");
    if (!f)
        return td_fail_path(err, "write", path);
    setvbuf(f, NULL, _IONBF, 0);
    bool written = fwrite(w->v, 1, w->n, f) == w->n && fsync(fileno(f)) == 0;
    int code = errno;
    if (fclose(f) != 0 && written) {
        written = false;
        code = errno;
    }
    if (!written)
        return td_fail(err, TD_FAILED, "cannot write %s: %s", path, strerror(code));
    return TD_OK;
}

td_status td_checkpoint_file_write(const char *path, const char *id, const char *fingerprint,
                                   const struct td_section *sections, size_t n,
                                   struct td_error *err) {
    struct td_writer w = {0};
    td_status status = pack(id, fingerprint, sections, n, &w, err);
    if (!status)
        status = write_synced(path, &w, err);
    free(w.v);
    return status;
}

/* ---- reading ---- */

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
static enum td_checkpoint_verdict parse(const unsigned char *block, size_t bytes, const char *id,
                                        const char *fingerprint, struct td_arena *arena,
                                        struct td_section **out, size_t *n) {
    if (bytes < TOTAL_AT + 8 + SUM_BYTES || memcmp(block, MAGIC, MAGIC_BYTES) != 0)
        return TD_CHECKPOINT_DAMAGED;
    struct td_reader sum = {.v = block, .n = bytes, .at = bytes - SUM_BYTES};
    struct td_reader in = {.v = block, .n = bytes - SUM_BYTES, .at = MAGIC_BYTES};
    uint32_t format = td_get_u32(&in);
    if (td_get_u64(&in) != bytes || td_get_u64(&sum) != XXH3_64bits(block, in.n))
        return TD_CHECKPOINT_DAMAGED;
    if (format != FORMAT)
        return TD_CHECKPOINT_FOREIGN;
    const char *stored_id = get_text(&in, arena), *stored_print = get_text(&in, arena);
    if (in.bad)
        return TD_CHECKPOINT_DAMAGED;
    if (strcmp(stored_id, id) != 0 || strcmp(stored_print, fingerprint) != 0)
        return TD_CHECKPOINT_FOREIGN;
    get_sections(&in, arena, out, n);
    if (in.bad || td_left(&in) > 0) {
        *n = 0;
        return TD_CHECKPOINT_DAMAGED;
    }
    return TD_CHECKPOINT_VALID;
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

td_status td_checkpoint_file_read(const char *path, const char *id, const char *fingerprint,
                                  struct td_arena *arena, struct td_section **out, size_t *n,
                                  enum td_checkpoint_verdict *verdict, struct td_error *err) {
    unsigned char *block;
    size_t bytes;
    *out = NULL;
    *n = 0;
    *verdict = TD_CHECKPOINT_ABSENT;
    td_status status = load(path, arena, &block, &bytes, err);
    if (!status && block)
        *verdict = parse(block, bytes, id, fingerprint, arena, out, n);
    return status;
}

void td_checkpoint_note(struct td_arena *arena, const char **note, const char *path,
                        enum td_checkpoint_verdict verdict) {
    const char *what = verdict == TD_CHECKPOINT_DAMAGED ? "is damaged and ignored"
                                                        : "is of another build or task and ignored";
    *note = *note ? td_arena_printf(arena, "%s; %s %s", *note, path, what)
                  : td_arena_printf(arena, "%s %s", path, what);
}
