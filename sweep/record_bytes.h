/* Little-endian bytes of records, logs and checkpoints: a growing writer, and a reader over
   untrusted bytes that never passes their end (it turns `bad` and gives zeros instead). */
#ifndef TD_SWEEP_RECORD_BYTES_H
#define TD_SWEEP_RECORD_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct td_writer {
    unsigned char *v; /* malloc'd; the caller's to free */
    size_t n, capacity;
    bool failed; /* memory was short; further puts do nothing */
};

static inline void td_put(struct td_writer *w, const void *bytes, size_t n) {
    if (w->failed || n == 0)
        return;
    if (n > SIZE_MAX / 2 - w->n) {
        w->failed = true;
        return;
    }
    if (w->n + n > w->capacity) {
        size_t capacity = 2 * (w->n + n);
        unsigned char *v = realloc(w->v, capacity);
        if (!v) {
            w->failed = true;
            return;
        }
        w->v = v;
        w->capacity = capacity;
    }
    memcpy(w->v + w->n, bytes, n);
    w->n += n;
}

static inline void td_put_u32(struct td_writer *w, uint32_t x) {
    x = htole32(x);
    td_put(w, &x, sizeof x);
}

static inline void td_put_u64(struct td_writer *w, uint64_t x) {
    x = htole64(x);
    td_put(w, &x, sizeof x);
}

static inline void td_put_f64(struct td_writer *w, double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    td_put_u64(w, bits);
}

/* Length, then the bytes without the closing zero. */
static inline void td_put_text(struct td_writer *w, const char *text) {
    size_t n = strlen(text);
    if (n > UINT32_MAX)
        w->failed = true;
    td_put_u32(w, (uint32_t)n);
    td_put(w, text, n);
}

/* Zeros up to a multiple of `unit`. */
static inline void td_put_padding(struct td_writer *w, size_t unit) {
    static const unsigned char zeros[64];
    size_t over = w->n % unit;
    if (over)
        td_put(w, zeros, unit - over);
}

struct td_reader {
    const unsigned char *v;
    size_t n, at;
    bool bad; /* something pointed past the end */
};

static inline size_t td_left(const struct td_reader *r) {
    return r->n - r->at;
}

/* The next n bytes in place, or NULL. */
static inline const void *td_get(struct td_reader *r, size_t n) {
    if (r->bad || n > td_left(r)) {
        r->bad = true;
        return NULL;
    }
    const void *p = r->v + r->at;
    r->at += n;
    return p;
}

static inline uint32_t td_get_u32(struct td_reader *r) {
    uint32_t x = 0;
    const void *p = td_get(r, sizeof x);
    if (p)
        memcpy(&x, p, sizeof x);
    return le32toh(x);
}

static inline uint64_t td_get_u64(struct td_reader *r) {
    uint64_t x = 0;
    const void *p = td_get(r, sizeof x);
    if (p)
        memcpy(&x, p, sizeof x);
    return le64toh(x);
}

static inline double td_get_f64(struct td_reader *r) {
    uint64_t bits = td_get_u64(r);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#endif
