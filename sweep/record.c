#include "sweep/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/record_bytes.h"
#include "sweep/record_symbols.h"

enum {
    RECORD_FORMAT = 1,
    SETTING_BYTES = 3 * 4,
    VALUE_BYTES = 3 * 4 + 2 * 8,
    ARRAY_BYTES = 3 * 4 + 2 * 8 /* the least: one dimension of extent 0 */
};

bool td_task_id_valid(const char *id) {
    static const char allowed[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";
    size_t n = strnlen(id, TD_ID_CHARS + 1);
    return n > 0 && n <= TD_ID_CHARS && strspn(id, allowed) == n;
}

/* ---- packing ---- */

struct packer {
    struct td_writer body;
    struct td_symbols symbols;
};

static void put_symbol(struct packer *p, const char *text) {
    uint32_t number = 0;
    if (!td_symbols_add(&p->symbols, text ? text : "", &number))
        p->body.failed = true;
    td_put_u32(&p->body, number);
}

static void put_settings(struct packer *p, const struct td_settings *settings) {
    td_put_u32(&p->body, (uint32_t)settings->n);
    for (size_t i = 0; i < settings->n; ++i) {
        put_symbol(p, settings->v[i].name);
        put_symbol(p, settings->v[i].value);
        td_put_u32(&p->body, settings->v[i].flags);
    }
}

static void put_values(struct packer *p, const struct td_record *record) {
    td_put_u64(&p->body, record->n_values);
    for (size_t i = 0; i < record->n_values; ++i) {
        const struct td_record_value *v = &record->values[i];
        put_symbol(p, v->measure);
        put_symbol(p, v->site);
        put_symbol(p, v->flag);
        td_put_u64(&p->body, (uint64_t)v->step);
        td_put_f64(&p->body, v->value);
    }
}

/* Number of elements; false if that many doubles do not fit into a record. */
static bool count_elements(size_t ndim, const size_t *shape, size_t *count) {
    *count = 1;
    for (size_t i = 0; i < ndim; ++i)
        if (!td_mul(*count, shape[i], count))
            return false;
    return *count <= TD_RECORD_MAX / sizeof(double);
}

static td_status put_array(struct packer *p, const struct td_record_array *a,
                           struct td_error *err) {
    size_t count;
    if (a->ndim < 1 || a->ndim > TD_ARRAY_DIMS || !count_elements(a->ndim, a->shape, &count))
        return td_fail(err, TD_FAILED,
                       "array '%s' at '%s', step %" PRId64
                       " cannot be stored: 1 to %d dimensions and at most %zu bytes are allowed",
                       a->measure, a->site ? a->site : "", a->step, (int)TD_ARRAY_DIMS,
                       TD_RECORD_MAX);
    put_symbol(p, a->measure);
    put_symbol(p, a->site);
    td_put_u64(&p->body, (uint64_t)a->step);
    td_put_u32(&p->body, (uint32_t)a->ndim);
    for (size_t i = 0; i < a->ndim; ++i)
        td_put_u64(&p->body, a->shape[i]);
    for (size_t i = 0; i < count; ++i)
        td_put_f64(&p->body, a->v[i]);
    return TD_OK;
}

static td_status put_body(struct packer *p, const struct td_record *record, struct td_error *err) {
    put_symbol(p, record->experiment);
    put_symbol(p, record->error);
    put_symbol(p, record->host);
    put_settings(p, &record->settings);
    put_values(p, record);
    td_put_u64(&p->body, record->n_arrays);
    for (size_t i = 0; i < record->n_arrays; ++i) {
        td_status status = put_array(p, &record->arrays[i], err);
        if (status)
            return status;
    }
    return TD_OK;
}

static void put_head(struct td_writer *w, const struct td_record *record) {
    char id[TD_ID_CHARS] = {0};
    memcpy(id, record->id, strlen(record->id));
    td_put_u32(w, RECORD_FORMAT);
    td_put(w, id, sizeof id);
    td_put_u32(w, (uint32_t)record->status);
    td_put_u64(w, record->observed);
    td_put_u64(w, record->seed);
    td_put_u32(w, record->version);
    td_put_u32(w, (uint32_t)record->rank);
    td_put_u64(w, (uint64_t)record->status_step);
    td_put_f64(w, record->seconds);
}

/* Head, texts, body into one block. */
static td_status assemble(const struct packer *p, const struct td_record *record, void **out,
                          size_t *bytes, struct td_error *err) {
    struct td_writer w = {0};
    put_head(&w, record);
    td_put_u32(&w, (uint32_t)p->symbols.n);
    for (size_t i = 0; i < p->symbols.n; ++i)
        td_put_text(&w, p->symbols.text[i]);
    td_put(&w, p->body.v, p->body.n);
    td_status status = TD_OK;
    if (w.failed || p->body.failed)
        status = td_fail_memory(err, p->body.n);
    else if (w.n > TD_RECORD_MAX)
        status = td_fail(err, TD_FAILED,
                         "task %s (%s): its values and arrays take %zu bytes, at most %zu are "
                         "allowed: emit fewer or smaller arrays",
                         record->id, record->experiment, w.n, TD_RECORD_MAX);
    if (status) {
        free(w.v);
        return status;
    }
    *out = w.v;
    *bytes = w.n;
    return TD_OK;
}

td_status td_record_pack(const struct td_record *record, void **out, size_t *bytes,
                         struct td_error *err) {
    if (!td_task_id_valid(record->id) || !record->experiment || !*record->experiment ||
        record->seed > INT64_MAX || record->settings.n > UINT32_MAX)
        return td_fail(err, TD_FAILED, "a record needs a valid task id, an experiment and a seed");
    struct packer p = {0};
    if (!td_symbols_init(&p.symbols))
        return td_fail_memory(err, sizeof p);
    td_status status = put_body(&p, record, err);
    if (!status)
        status = assemble(&p, record, out, bytes, err);
    td_symbols_free(&p.symbols);
    free(p.body.v);
    return status;
}

/* ---- unpacking ---- */

struct unpacker {
    struct td_reader in;
    struct td_arena *arena;
    size_t n_texts;
    const char **texts;
    bool no_memory;
};

static td_status malformed(struct td_error *err, const char *what) {
    return td_fail(err, TD_BAD_INPUT, "malformed record: %s", what);
}

/* n structs of `size` in the arena. Callers have bounded n by the bytes that are left. */
static void *allocate(struct unpacker *u, size_t n, size_t size) {
    size_t bytes;
    void *p = td_mul(n, size, &bytes) ? td_arena_alloc(u->arena, bytes) : NULL;
    if (!p)
        u->no_memory = u->in.bad = true;
    return p;
}

/* A count whose items take at least `least` bytes each. */
static size_t get_count(struct unpacker *u, uint64_t n, size_t least) {
    if (n > td_left(&u->in) / least) {
        u->in.bad = true;
        return 0;
    }
    return (size_t)n;
}

static const char *get_text(struct unpacker *u) {
    size_t n = td_get_u32(&u->in);
    const char *bytes = td_get(&u->in, n);
    if (!bytes || memchr(bytes, 0, n)) {
        u->in.bad = true;
        return "";
    }
    char *text = allocate(u, n + 1, 1);
    if (!text)
        return "";
    memcpy(text, bytes, n);
    return text;
}

static void get_texts(struct unpacker *u) {
    u->n_texts = get_count(u, td_get_u32(&u->in), sizeof(uint32_t));
    u->texts = allocate(u, u->n_texts, sizeof *u->texts);
    for (size_t i = 0; i < u->n_texts && !u->in.bad; ++i)
        u->texts[i] = get_text(u);
}

static const char *get_symbol(struct unpacker *u) {
    size_t number = td_get_u32(&u->in);
    if (u->in.bad || number >= u->n_texts) {
        u->in.bad = true;
        return "";
    }
    return u->texts[number];
}

static void get_settings(struct unpacker *u, struct td_settings *settings) {
    settings->n = get_count(u, td_get_u32(&u->in), SETTING_BYTES);
    settings->v = allocate(u, settings->n, sizeof *settings->v);
    for (size_t i = 0; i < settings->n && !u->in.bad; ++i) {
        settings->v[i].name = get_symbol(u);
        settings->v[i].value = get_symbol(u);
        settings->v[i].flags = td_get_u32(&u->in);
    }
}

static void get_values(struct unpacker *u, struct td_record *out) {
    out->n_values = get_count(u, td_get_u64(&u->in), VALUE_BYTES);
    struct td_record_value *v = allocate(u, out->n_values, sizeof *v);
    out->values = v;
    for (size_t i = 0; i < out->n_values && !u->in.bad; ++i) {
        v[i].measure = get_symbol(u);
        v[i].site = get_symbol(u);
        v[i].flag = get_symbol(u);
        v[i].step = (int64_t)td_get_u64(&u->in);
        v[i].value = td_get_f64(&u->in);
    }
}

static void get_array(struct unpacker *u, struct td_record_array *a) {
    a->measure = get_symbol(u);
    a->site = get_symbol(u);
    a->step = (int64_t)td_get_u64(&u->in);
    a->ndim = td_get_u32(&u->in);
    if (a->ndim < 1 || a->ndim > TD_ARRAY_DIMS) {
        u->in.bad = true;
        return;
    }
    for (size_t i = 0; i < a->ndim; ++i)
        a->shape[i] = (size_t)td_get_u64(&u->in);
    size_t count;
    if (u->in.bad || !count_elements(a->ndim, a->shape, &count) ||
        count > td_left(&u->in) / sizeof(double)) {
        u->in.bad = true;
        return;
    }
    double *v = allocate(u, count, sizeof *v);
    for (size_t i = 0; v && i < count; ++i)
        v[i] = td_get_f64(&u->in);
    a->v = v;
}

static void get_arrays(struct unpacker *u, struct td_record *out) {
    out->n_arrays = get_count(u, td_get_u64(&u->in), ARRAY_BYTES);
    struct td_record_array *arrays = allocate(u, out->n_arrays, sizeof *arrays);
    out->arrays = arrays;
    for (size_t i = 0; i < out->n_arrays && !u->in.bad; ++i)
        get_array(u, &arrays[i]);
}

/* The part of a record that td_record_head reads; NULL or what is wrong. */
static const char *get_head(struct td_reader *in, struct td_record_head *out) {
    *out = (struct td_record_head){0};
    uint32_t format = td_get_u32(in);
    const char *id = td_get(in, TD_ID_CHARS);
    uint32_t status = td_get_u32(in);
    out->observed = td_get_u64(in);
    if (in->bad)
        return "too short";
    if (format != RECORD_FORMAT)
        return "written by another version of tdyn";
    memcpy(out->id, id, TD_ID_CHARS);
    if (!td_task_id_valid(out->id))
        return "task id";
    if (status > TD_TASK_DIVERGED)
        return "status";
    out->status = (enum td_task_status)status;
    return NULL;
}

td_status td_record_head(const void *block, size_t bytes, struct td_record_head *out,
                         struct td_error *err) {
    struct td_reader in = {.v = block, .n = bytes};
    const char *wrong = get_head(&in, out);
    return wrong ? malformed(err, wrong) : TD_OK;
}

/* Everything before the values. */
static td_status get_task(struct unpacker *u, struct td_record *out, struct td_error *err) {
    struct td_record_head head;
    *out = (struct td_record){0};
    const char *wrong = get_head(&u->in, &head);
    if (wrong)
        return malformed(err, wrong);
    memcpy(out->id, head.id, sizeof out->id);
    out->status = head.status;
    out->observed = head.observed;
    out->seed = td_get_u64(&u->in);
    out->version = td_get_u32(&u->in);
    out->rank = (int)td_get_u32(&u->in);
    out->status_step = (int64_t)td_get_u64(&u->in);
    out->seconds = td_get_f64(&u->in);
    get_texts(u);
    out->experiment = get_symbol(u);
    out->error = get_symbol(u);
    out->host = get_symbol(u);
    get_settings(u, &out->settings);
    return TD_OK;
}

static td_status check_unpacked(const struct unpacker *u, const struct td_record *out,
                                struct td_error *err) {
    if (u->no_memory)
        return td_fail_memory(err, u->in.n);
    if (u->in.bad)
        return malformed(err, "a size or number is out of bounds");
    if (!*out->experiment || out->seed > INT64_MAX)
        return malformed(err, "experiment or seed");
    return TD_OK;
}

td_status td_record_task(const void *block, size_t bytes, struct td_arena *arena,
                         struct td_record *out, struct td_error *err) {
    struct unpacker u = {.in = {.v = block, .n = bytes}, .arena = arena};
    td_status status = get_task(&u, out, err);
    return status ? status : check_unpacked(&u, out, err);
}

td_status td_record_unpack(const void *block, size_t bytes, struct td_arena *arena,
                           struct td_record *out, struct td_error *err) {
    struct unpacker u = {.in = {.v = block, .n = bytes}, .arena = arena};
    td_status status = get_task(&u, out, err);
    if (status)
        return status;
    get_values(&u, out);
    get_arrays(&u, out);
    u.in.bad = u.in.bad || td_left(&u.in) > 0;
    return check_unpacked(&u, out, err);
}
