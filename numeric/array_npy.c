/* NumPy's .npy format, versions 1 to 3 (numpy.lib.format): magic, version, the length of a header,
   the header as the text of a Python dictionary, the elements. */
#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "numeric/array_format.h"
#include "numeric/memory.h"

enum { HEADER_MAX = 1 << 20, CHUNK = 1 << 16 };

/* ---- elements ---- */

struct dtype {
    char kind;    /* 'f', 'i', 'u', 'b' */
    size_t bytes; /* an element */
    bool swap;    /* stored in the other byte order */
};

/* IEEE 754 binary16 */
static double half_to_double(uint16_t h) {
    double sign = h & 0x8000 ? -1.0 : 1.0;
    int exponent = h >> 10 & 31;
    double fraction = h & 1023;
    if (exponent == 31)
        return fraction > 0 ? (double)__builtin_nan("") : sign * (double)__builtin_inf();
    double x = exponent ? 1024.0 + fraction : fraction;
    return sign * __builtin_ldexp(x, (exponent ? exponent : 1) - 25);
}

static uint64_t load_bits(const unsigned char *p, size_t bytes, bool swap) {
    uint16_t a;
    uint32_t b;
    uint64_t c;
    switch (bytes) {
    case 1:
        return *p;
    case 2:
        memcpy(&a, p, sizeof a);
        return swap ? __builtin_bswap16(a) : a;
    case 4:
        memcpy(&b, p, sizeof b);
        return swap ? __builtin_bswap32(b) : b;
    default:
        memcpy(&c, p, sizeof c);
        return swap ? __builtin_bswap64(c) : c;
    }
}

static double bits_to_float(uint64_t bits, size_t bytes) {
    float f;
    double d;
    uint32_t low = (uint32_t)bits;
    if (bytes == 2)
        return half_to_double((uint16_t)bits);
    if (bytes == 4) {
        memcpy(&f, &low, sizeof f);
        return (double)f;
    }
    memcpy(&d, &bits, sizeof d);
    return d;
}

static double element(const unsigned char *p, const struct dtype *t) {
    uint64_t bits = load_bits(p, t->bytes, t->swap);
    switch (t->kind) {
    case 'f':
        return bits_to_float(bits, t->bytes);
    case 'b':
        return bits != 0;
    case 'u':
        return (double)bits;
    default: {
        unsigned shift = (unsigned)(64 - 8 * t->bytes); /* extends the sign */
        return (double)((int64_t)(bits << shift) >> shift);
    }
    }
}

/* ---- header ---- */

struct header {
    struct dtype type;
    char dtype[24];
    bool fortran, has_type, has_order, has_shape;
    size_t ndim, shape[TD_ARRAY_FILE_DIMS];
};

/* The text of the dictionary and where the parser stands in it. */
struct cursor {
    const char *at, *name;
    struct td_error *err;
};

static void skip_space(struct cursor *c) {
    while (isspace((unsigned char)*c->at))
        ++c->at;
}

static bool take(struct cursor *c, char what) {
    skip_space(c);
    if (*c->at != what)
        return false;
    ++c->at;
    return true;
}

static td_status malformed(struct cursor *c, const char *wanted) {
    char text[41];
    return td_fail(c->err, TD_BAD_INPUT, "%s: NPY header: %s expected at '%s'", c->name, wanted,
                   td_printable(c->at, text, sizeof text));
}

/* A quoted string without escapes, as NumPy writes keys and dtypes. */
static td_status read_string(struct cursor *c, char *out, size_t size) {
    skip_space(c);
    char quote = *c->at;
    if (quote != '\'' && quote != '"')
        return malformed(c, "a quoted string");
    const char *start = c->at + 1, *end = strchr(start, quote);
    if (!end || (size_t)(end - start) >= size)
        return malformed(c, "a short quoted string");
    memcpy(out, start, (size_t)(end - start));
    out[end - start] = '\0';
    c->at = end + 1;
    return TD_OK;
}

static td_status refuse_dtype(struct cursor *c, const char *descr) {
    char text[96];
    return td_fail(c->err, TD_BAD_INPUT,
                   "%s: dtype %s is not supported; allowed are float16/32/64, signed and "
                   "unsigned integers, and bool",
                   c->name, td_printable(descr, text, sizeof text));
}

static const char *kind_name(char kind) {
    switch (kind) {
    case 'O':
        return "object";
    case 'c':
        return "complex";
    case 'S':
    case 'U':
    case 'a':
        return "text";
    case 'V':
        return "structured or void";
    case 'M':
    case 'm':
        return "date or time";
    default:
        return "unknown or too wide";
    }
}

/* "<f8", ">i4", "|b1", "=u2", "f4" */
static td_status read_dtype(struct cursor *c, struct header *h) {
    char descr[64], text[96];
    skip_space(c);
    if (*c->at == '[' || *c->at == '(') {
        snprintf(text, sizeof text, "structured %.60s", c->at);
        return refuse_dtype(c, text);
    }
    td_status status = read_string(c, descr, sizeof descr);
    if (status)
        return status;
    const char *p = descr;
    char order = '|';
    if (*p && strchr("<>=|", *p))
        order = *p++;
    char kind = *p ? *p++ : '?';
    size_t bytes = *p >= '1' && *p <= '8' && !p[1] ? (size_t)(*p - '0') : 0;
    bool whole = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
    bool allowed = (kind == 'f' && whole && bytes > 1) || (kind == 'b' && bytes == 1) ||
                   ((kind == 'i' || kind == 'u') && whole);
    if (!allowed) {
        snprintf(text, sizeof text, "'%.40s' (%s)", descr, kind_name(kind));
        return refuse_dtype(c, text);
    }
    bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    h->type = (struct dtype){.kind = kind,
                             .bytes = bytes,
                             .swap = (order == '>' && little) || (order == '<' && !little)};
    if (kind == 'b')
        snprintf(h->dtype, sizeof h->dtype, "bool");
    else
        snprintf(h->dtype, sizeof h->dtype, "%s%zu",
                 kind == 'f'   ? "float"
                 : kind == 'i' ? "int"
                               : "uint",
                 8 * bytes);
    h->has_type = true;
    return TD_OK;
}

static td_status read_order(struct cursor *c, struct header *h) {
    skip_space(c);
    h->has_order = true;
    if (strncmp(c->at, "True", 4) == 0) {
        h->fortran = true;
        c->at += 4;
    } else if (strncmp(c->at, "False", 5) == 0) {
        c->at += 5;
    } else {
        return malformed(c, "True or False");
    }
    return TD_OK;
}

static td_status read_size(struct cursor *c, size_t *out) {
    skip_space(c);
    char text[24];
    if (*c->at == '-')
        return td_fail(c->err, TD_BAD_INPUT, "%s: NPY header: negative size at '%s' in the shape",
                       c->name, td_printable(c->at, text, sizeof text));
    if (!isdigit((unsigned char)*c->at))
        return malformed(c, "a size");
    const char *start = c->at;
    size_t n = 0;
    for (; isdigit((unsigned char)*c->at); ++c->at)
        if (!td_mul(n, 10, &n) || __builtin_add_overflow(n, (size_t)(*c->at - '0'), &n) ||
            n > PTRDIFF_MAX)
            return td_fail(c->err, TD_BAD_INPUT,
                           "%s: NPY header: the size at '%s' in the shape is too large", c->name,
                           td_printable(start, text, sizeof text));
    if (*c->at == 'L') /* Python 2 wrote long integers so */
        ++c->at;
    *out = n;
    return TD_OK;
}

static td_status read_shape(struct cursor *c, struct header *h) {
    h->has_shape = true;
    if (!take(c, '('))
        return malformed(c, "a tuple of sizes");
    while (!take(c, ')')) {
        if (h->ndim == TD_ARRAY_FILE_DIMS)
            return td_fail(c->err, TD_BAD_INPUT, "%s: the array has more than %d dimensions",
                           c->name, TD_ARRAY_FILE_DIMS);
        td_status status = read_size(c, &h->shape[h->ndim++]);
        if (status)
            return status;
        skip_space(c);
        if (!take(c, ',') && *c->at != ')')
            return malformed(c, "',' or ')'");
    }
    return TD_OK;
}

static td_status read_entry(struct cursor *c, struct header *h) {
    char key[32];
    td_status status = read_string(c, key, sizeof key);
    if (status)
        return status;
    if (!take(c, ':'))
        return malformed(c, "':'");
    if (strcmp(key, "descr") == 0 && !h->has_type)
        return read_dtype(c, h);
    if (strcmp(key, "fortran_order") == 0 && !h->has_order)
        return read_order(c, h);
    if (strcmp(key, "shape") == 0 && !h->has_shape)
        return read_shape(c, h);
    char text[sizeof key];
    return td_fail(c->err, TD_BAD_INPUT, "%s: NPY header: key '%s' is unknown or doubled", c->name,
                   td_printable(key, text, sizeof text));
}

static td_status parse_header(const char *text, const char *name, struct header *h,
                              struct td_error *err) {
    struct cursor c = {.at = text, .name = name, .err = err};
    memset(h, 0, sizeof *h);
    if (!take(&c, '{'))
        return malformed(&c, "'{'");
    while (!take(&c, '}')) {
        td_status status = read_entry(&c, h);
        if (status)
            return status;
        skip_space(&c);
        if (!take(&c, ',') && *c.at != '}')
            return malformed(&c, "',' or '}'");
    }
    skip_space(&c);
    if (*c.at)
        return malformed(&c, "the end of the header");
    if (!h->has_type || !h->has_order || !h->has_shape)
        return td_fail(err, TD_BAD_INPUT, "%s: NPY header lacks %s", name,
                       !h->has_type    ? "'descr'"
                       : !h->has_order ? "'fortran_order'"
                                       : "'shape'");
    return TD_OK;
}

/* ---- file ---- */

static td_status read_exactly(struct td_bytes *s, void *out, size_t n, struct td_error *err) {
    for (size_t done = 0; done < n;) {
        int64_t got = s->read(s, (char *)out + done, n - done, err);
        if (got < 0)
            return err ? err->status : TD_FAILED;
        if (got == 0)
            return td_fail(err, TD_BAD_INPUT, "%s is truncated: %zu more bytes expected", s->name,
                           n - done);
        done += (size_t)got;
    }
    s->left -= s->left < n ? s->left : n;
    return TD_OK;
}

static td_status read_header(struct td_bytes *s, struct header *h, struct td_error *err) {
    unsigned char head[12];
    td_status status = read_exactly(s, head, 8, err);
    if (status)
        return status;
    if (memcmp(head, "\x93NUMPY", 6) != 0)
        return td_fail(err, TD_BAD_INPUT, "%s is no NPY file: its first bytes are others", s->name);
    if (head[6] < 1 || head[6] > 3)
        return td_fail(err, TD_BAD_INPUT, "%s: NPY version %d.%d; versions 1 to 3 are read",
                       s->name, head[6], head[7]);
    size_t width = head[6] == 1 ? 2 : 4;
    status = read_exactly(s, head, width, err);
    if (status)
        return status;
    size_t n = head[0] | (size_t)head[1] << 8;
    if (width == 4)
        n |= (size_t)head[2] << 16 | (size_t)head[3] << 24;
    if (n > HEADER_MAX || n > s->left)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: NPY header claims %zu bytes, %llu follow and at most %d are allowed",
                       s->name, n, (unsigned long long)s->left, HEADER_MAX);
    char *text = malloc(n + 1);
    if (!text)
        return td_fail_memory(err, n);
    status = read_exactly(s, text, n, err);
    text[n] = '\0';
    if (!status && strlen(text) != n)
        status = td_fail(err, TD_BAD_INPUT, "%s: NPY header contains a zero byte", s->name);
    if (!status)
        status = parse_header(text, s->name, h, err);
    free(text);
    return status;
}

/* The header's promise against what follows. */
static td_status check_size(const struct td_bytes *s, const struct header *h, size_t *n,
                            struct td_error *err) {
    char shape[TD_SHAPE_TEXT];
    size_t bytes;
    td_shape_text(h->ndim, h->shape, shape);
    if (!td_shape_count(h->ndim, h->shape, n) || !td_mul(*n, h->type.bytes, &bytes))
        return td_fail(err, TD_BAD_INPUT, "%s: shape %s of %s is too large for any file", s->name,
                       shape, h->dtype);
    if (bytes > s->left)
        return td_fail(err, TD_BAD_INPUT,
                       "%s is truncated: shape %s of %s needs %zu bytes, %llu follow the header",
                       s->name, shape, h->dtype, bytes, (unsigned long long)s->left);
    if (bytes < s->left)
        return td_fail(err, TD_BAD_INPUT,
                       "%s: %llu bytes follow the array of shape %s; one array a file is read",
                       s->name, (unsigned long long)(s->left - bytes), shape);
    return TD_OK;
}

/* Where element k of the file goes. Fortran order: the first index runs fastest. */
struct walk {
    size_t ndim, index[TD_ARRAY_FILE_DIMS], shape[TD_ARRAY_FILE_DIMS], stride[TD_ARRAY_FILE_DIMS];
    size_t at;
};

static void walk_start(struct walk *w, const struct header *h) {
    memset(w, 0, sizeof *w);
    w->ndim = h->ndim;
    size_t stride = 1;
    for (size_t i = h->ndim; i-- > 0;) {
        w->shape[i] = h->shape[i];
        w->stride[i] = stride;
        stride *= h->shape[i];
    }
}

static void walk_step(struct walk *w) {
    for (size_t i = 0; i < w->ndim; ++i) {
        w->at += w->stride[i];
        if (++w->index[i] < w->shape[i])
            return;
        w->at -= w->stride[i] * w->shape[i];
        w->index[i] = 0;
    }
}

static td_status read_elements(struct td_bytes *s, const struct header *h, size_t n, double *out,
                               struct td_error *err) {
    unsigned char *chunk = malloc(CHUNK);
    if (!chunk)
        return td_fail_memory(err, CHUNK);
    struct walk w;
    walk_start(&w, h);
    td_status status = TD_OK;
    size_t per_chunk = CHUNK / h->type.bytes;
    for (size_t done = 0; done < n && !status;) {
        size_t m = n - done < per_chunk ? n - done : per_chunk;
        status = read_exactly(s, chunk, m * h->type.bytes, err);
        for (size_t i = 0; i < m && !status; ++i) {
            double x = element(chunk + i * h->type.bytes, &h->type);
            if (h->fortran) {
                out[w.at] = x;
                walk_step(&w);
            } else {
                out[done + i] = x;
            }
        }
        done += m;
    }
    free(chunk);
    return status;
}

/* Reading on makes an archive check its checksum. */
static td_status check_end(struct td_bytes *s, struct td_error *err) {
    char byte;
    int64_t got = s->read(s, &byte, 1, err);
    if (got < 0)
        return err ? err->status : TD_FAILED;
    if (got > 0)
        return td_fail(err, TD_BAD_INPUT, "%s: bytes follow the array; one array a file is read",
                       s->name);
    return TD_OK;
}

td_status td_npy_read(struct td_bytes *source, struct td_array *out, struct td_error *err) {
    struct header h;
    size_t n = 0;
    td_status status = read_header(source, &h, err);
    if (!status)
        status = check_size(source, &h, &n, err);
    if (status)
        return status;
    out->ndim = h.ndim;
    memcpy(out->shape, h.shape, sizeof out->shape);
    memcpy(out->dtype, h.dtype, sizeof out->dtype);
    status = td_array_alloc(out, h.type.bytes, source->name, err);
    if (!status)
        status = read_elements(source, &h, n, out->v, err);
    return status ? status : check_end(source, err);
}

/* ---- writing ---- */

static bool write_npy(FILE *f, size_t ndim, const size_t *shape, const double *v, size_t n) {
    char header[256], text[TD_SHAPE_TEXT];
    bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    int used =
        snprintf(header, sizeof header, "{'descr': '%cf8', 'fortran_order': False, 'shape': %s, }",
                 little ? '<' : '>', td_shape_text(ndim, shape, text));
    size_t total = ((size_t)used + 1 + 10 + 63) / 64 * 64 - 10; /* data start on 64 bytes */
    memset(header + used, ' ', total - (size_t)used);
    header[total - 1] = '\n';
    unsigned char head[10] = {0x93,
                              'N',
                              'U',
                              'M',
                              'P',
                              'Y',
                              1,
                              0,
                              (unsigned char)(total & 255),
                              (unsigned char)(total >> 8)};
    return fwrite(head, 1, sizeof head, f) == sizeof head && fwrite(header, 1, total, f) == total &&
           fwrite(v, sizeof *v, n, f) == n;
}

td_status td_npy_write(const char *path, size_t ndim, const size_t *shape, const double *v,
                       struct td_error *err) {
    size_t n, length = strlen(path) + 32;
    if (ndim > TD_ARRAY_FILE_DIMS || !td_shape_count(ndim, shape, &n))
        return td_fail(err, TD_BAD_INPUT, "%s: an array of %zu dimensions; at most %d are written",
                       path, ndim, TD_ARRAY_FILE_DIMS);
    char *temporary = malloc(length);
    if (!temporary)
        return td_fail_memory(err, length);
    snprintf(temporary, length, "%s.tmp-%ld", path, (long)getpid());
    errno = 0;
    FILE *f = fopen(temporary, "wb");
    bool written = f && write_npy(f, ndim, shape, v, n);
    int failed = written ? 0 : errno ? errno : EIO;
    if (f && fclose(f) != 0 && !failed)
        failed = errno;
    if (!failed && rename(temporary, path) != 0)
        failed = errno;
    if (failed && f)
        remove(temporary);
    free(temporary);
    return failed ? td_fail(err, TD_FAILED, "cannot write %s: %s", path, strerror(failed)) : TD_OK;
}
