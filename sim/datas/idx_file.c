#include "sim/datas/idx_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "numeric/memory.h"
#include "sim/datas/prepare.h"

enum { CHUNK = 1 << 16, DEFLATE_RATIO_MAX = 1032 };

/* An open file and what its header promises. */
struct source {
    const char *path;
    gzFile f;
    uint64_t file_bytes; /* on disk */
    bool gzip;
    size_t item;     /* bytes an element */
    uint64_t header; /* bytes */
    uint64_t total;  /* bytes of header and elements */
};

static td_status read_failed(const struct source *s, struct td_error *err) {
    int code;
    const char *message = gzerror(s->f, &code);
    size_t n = strlen(s->path);
    if (strncmp(message, s->path, n) == 0 && strncmp(message + n, ": ", 2) == 0)
        message += n + 2; /* zlib names the file too */
    if (code == Z_ERRNO)
        return td_fail(err, TD_FAILED, "cannot read %s: %s", s->path, strerror(errno));
    return td_fail(err, TD_BAD_INPUT, "%s is damaged: %s", s->path,
                   code == Z_BUF_ERROR ? "the compressed data end too early" : message);
}

/* After a read that gave less than was asked for: whether the stream ended in the middle. */
static bool ended_early(const struct source *s) {
    int code;
    gzerror(s->f, &code);
    return code != Z_OK && code != Z_STREAM_END;
}

static td_status open_source(const char *path, struct source *s, struct td_error *err) {
    struct stat st;
    memset(s, 0, sizeof *s);
    s->path = path;
    if (stat(path, &st) != 0)
        return td_fail(err, TD_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return td_fail(err, TD_BAD_INPUT, "%s is no regular file", path);
    s->file_bytes = (uint64_t)st.st_size;
    s->f = gzopen(path, "rb");
    if (!s->f)
        return td_fail(err, TD_BAD_INPUT, "cannot read %s: %s", path, strerror(errno));
    gzbuffer(s->f, CHUNK);
    s->gzip = !gzdirect(s->f);
    return TD_OK;
}

static size_t item_bytes(unsigned type) {
    static const size_t bytes[] = {[8] = 1, [9] = 1, [11] = 2, [12] = 4, [13] = 4, [14] = 8};
    return type < sizeof bytes / sizeof *bytes ? bytes[type] : 0;
}

static td_status read_header(struct source *s, struct td_idx *out, struct td_error *err) {
    unsigned char head[4 + 4 * TD_IDX_DIMS];
    if (gzread(s->f, head, 4) != 4)
        return td_fail(err, TD_BAD_INPUT, "%s is no IDX file: it is too short", s->path);
    s->item = item_bytes(head[2]);
    if (head[0] || head[1] || !s->item || head[3] == 0)
        return td_fail(err, TD_BAD_INPUT,
                       "%s is no IDX file: it starts with %02x %02x %02x %02x, not with 00 00, an "
                       "element type and the number of dimensions",
                       s->path, head[0], head[1], head[2], head[3]);
    if (head[3] > TD_IDX_DIMS)
        return td_fail(err, TD_BAD_INPUT, "%s has %d dimensions; at most %d are read", s->path,
                       head[3], TD_IDX_DIMS);
    out->type = head[2];
    out->ndim = head[3];
    if (gzread(s->f, head + 4, 4 * head[3]) != 4 * head[3])
        return td_fail(err, TD_BAD_INPUT, "%s is truncated: the header ends too early", s->path);
    size_t bytes = s->item;
    out->d = 1;
    for (size_t i = 0; i < out->ndim; ++i) {
        const unsigned char *p = head + 4 + 4 * i;
        out->shape[i] = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
        if (out->shape[i] == 0)
            return td_fail(err, TD_BAD_INPUT, "%s: the header promises no %s", s->path,
                           i ? "elements" : "samples");
        if (!td_mul(bytes, out->shape[i], &bytes) || bytes > PTRDIFF_MAX)
            return td_fail(err, TD_BAD_INPUT, "%s: the header promises more than any file holds",
                           s->path);
        if (i)
            out->d *= out->shape[i];
    }
    s->header = 4 + 4 * out->ndim;
    s->total = s->header + bytes;
    return TD_OK;
}

static td_status refuse_size(const struct source *s, uint64_t found, struct td_error *err) {
    return td_fail(err, TD_BAD_INPUT,
                   "%s %s: its IDX header promises %llu bytes%s in all, found %s%llu", s->path,
                   found < s->total ? "is truncated" : "is too long", (unsigned long long)s->total,
                   s->gzip ? " uncompressed" : "", found > s->total && s->gzip ? "at least " : "",
                   (unsigned long long)found);
}

/* Uncompressed size modulo 2^32 as the last member of a gzip file states it. */
static bool stated_size(const char *path, uint32_t *out) {
    unsigned char tail[4];
    FILE *f = fopen(path, "rb");
    bool read = f && fseek(f, -4, SEEK_END) == 0 && fread(tail, 1, 4, f) == 4;
    if (f)
        fclose(f);
    if (read)
        *out = tail[0] | (uint32_t)tail[1] << 8 | (uint32_t)tail[2] << 16 | (uint32_t)tail[3] << 24;
    return read;
}

/* Reads on to the end, or just past the promised size. */
static td_status count_rest(struct source *s, uint64_t *found, struct td_error *err) {
    char chunk[4096];
    int got = 1;
    *found = s->header;
    while (*found <= s->total && (got = gzread(s->f, chunk, sizeof chunk)) > 0)
        *found += (uint64_t)got;
    return got <= 0 && *found >= s->total && ended_early(s) ? read_failed(s, err) : TD_OK;
}

/* The promise against the file. Compressed data are taken at their word when what they state about
   themselves fits, and counted otherwise. */
static td_status check_size(struct source *s, struct td_error *err) {
    uint32_t stated = 0;
    if (!s->gzip)
        return s->file_bytes == s->total ? TD_OK : refuse_size(s, s->file_bytes, err);
    if (s->total / DEFLATE_RATIO_MAX > s->file_bytes)
        return td_fail(err, TD_BAD_INPUT,
                       "%s is truncated: its IDX header promises %llu bytes, its %llu compressed "
                       "bytes cannot hold them",
                       s->path, (unsigned long long)s->total, (unsigned long long)s->file_bytes);
    if (stated_size(s->path, &stated) && stated == (uint32_t)s->total)
        return TD_OK;
    uint64_t found;
    td_status status = count_rest(s, &found, err);
    if (status)
        return status;
    if (found != s->total)
        return refuse_size(s, found, err);
    if (gzseek(s->f, (z_off_t)s->header, SEEK_SET) < 0)
        return read_failed(s, err);
    return TD_OK;
}

static uint64_t big_endian(const unsigned char *p, size_t bytes) {
    uint64_t bits = 0;
    for (size_t i = 0; i < bytes; ++i)
        bits = bits << 8 | p[i];
    return bits;
}

static double element(const unsigned char *p, unsigned type) {
    float f;
    double d;
    uint64_t bits = big_endian(p, item_bytes(type));
    uint32_t low = (uint32_t)bits;
    switch (type) {
    case 8:
        return (double)bits;
    case 9:
        return (double)(int8_t)bits;
    case 11:
        return (double)(int16_t)bits;
    case 12:
        return (double)(int32_t)bits;
    case 13:
        memcpy(&f, &low, sizeof f);
        return (double)f;
    default:
        memcpy(&d, &bits, sizeof d);
        return d;
    }
}

static td_status read_elements(struct source *s, struct td_idx *out, struct td_error *err) {
    unsigned char chunk[CHUNK];
    size_t n = out->n * out->d, per_chunk = CHUNK / s->item;
    for (size_t done = 0; done < n;) {
        size_t m = n - done < per_chunk ? n - done : per_chunk;
        int wanted = (int)(m * s->item), got = gzread(s->f, chunk, (unsigned)wanted);
        if (got < 0)
            return read_failed(s, err);
        if (got < wanted)
            return refuse_size(s, s->header + done * s->item + (uint64_t)got, err);
        for (size_t i = 0; i < m; ++i) {
            td_status status =
                td_to_real(element(chunk + i * s->item, out->type), s->path, (done + i) / out->d,
                           (done + i) % out->d, &out->v[done + i], err);
            if (status)
                return status;
        }
        done += m;
    }
    /* The end of the stream is where its checksum is looked at. */
    if (out->n == out->shape[0]) {
        int got = gzread(s->f, chunk, 1);
        if (got > 0)
            return refuse_size(s, s->total + 1, err);
        if (ended_early(s))
            return read_failed(s, err);
    }
    return TD_OK;
}

static td_status read_source(struct source *s, int64_t wanted, struct td_idx *out,
                             struct td_error *err) {
    td_status status = read_header(s, out, err);
    if (!status)
        status = check_size(s, err);
    if (!status)
        status = td_samples_take(wanted, out->shape[0], s->path, &out->n, err);
    if (status)
        return status;
    double bytes = (double)out->n * (double)out->d * sizeof(real);
    if (bytes > (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE))
        return td_fail(err, TD_BAD_INPUT, "%s needs %.3g GB, more memory than this machine has",
                       s->path, bytes / 1e9);
    out->v = td_calloc(out->n * out->d, sizeof *out->v);
    if (!out->v)
        return td_fail_memory(err, out->n * out->d * sizeof *out->v);
    return read_elements(s, out, err);
}

td_status td_idx_read(const char *path, int64_t wanted, struct td_idx *out, struct td_error *err) {
    struct source s;
    memset(out, 0, sizeof *out);
    td_status status = open_source(path, &s, err);
    if (!status)
        status = read_source(&s, wanted, out, err);
    if (s.f)
        gzclose(s.f);
    if (status)
        td_idx_free(out);
    return status;
}

void td_idx_free(struct td_idx *idx) {
    td_free(idx->v);
    memset(idx, 0, sizeof *idx);
}
