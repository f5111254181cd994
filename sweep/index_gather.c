#include "sweep/index_gather.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/param.h"
#include "numeric/table_file.h"
#include "sweep/interrupt.h"
#include "sweep/log.h"

enum { OPEN_LOGS_MAX = 200, POLL_EVERY = 512 };

td_status td_index_poll(struct td_error *err) {
    return td_interrupt_pending()
               ? td_fail(err, TD_INTERRUPTED, "stopped by a signal while results were read")
               : TD_OK;
}

static bool is_integer(const char *text) {
    const char *digits = text + (*text == '-');
    size_t n = strspn(digits, "0123456789");
    if (n == 0 || digits[n] || (digits[0] == '0' && (n > 1 || digits != text)))
        return false;
    errno = 0;
    strtoll(text, NULL, 10);
    return errno == 0;
}

static bool is_real(const char *text) {
    char *end, again[64];
    if (!*text || strspn(text, "0123456789+-.eE") != strlen(text))
        return false;
    double x = strtod(text, &end);
    return end != text && !*end && isfinite(x) && strcmp(td_number_text(x, again), text) == 0;
}

enum td_column_type td_parameter_type(const struct td_found_parameter *parameter) {
    return parameter->all_integer ? TD_COLUMN_INTEGER
           : parameter->all_real  ? TD_COLUMN_REAL
                                  : TD_COLUMN_TEXT;
}

static struct td_found_experiment *experiment_of(struct td_gather *g, const char *name) {
    for (size_t i = 0; i < g->n_experiments; ++i)
        if (strcmp(g->experiments[i].name, name) == 0)
            return &g->experiments[i];
    struct td_found_experiment *grown =
        realloc(g->experiments, (g->n_experiments + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    g->experiments = grown;
    struct td_found_experiment *e = &grown[g->n_experiments];
    *e = (struct td_found_experiment){.name = strdup(name)};
    if (!e->name || !td_symbols_init(&e->numbers)) {
        free((char *)e->name);
        return NULL;
    }
    ++g->n_experiments;
    return e;
}

/* The parameter of that name, new or known; NULL: memory was short. */
static struct td_found_parameter *parameter_of(struct td_found_experiment *e, const char *name,
                                               size_t position) {
    uint32_t number;
    if (!td_symbols_add(&e->numbers, name, &number))
        return NULL;
    if (number < e->n)
        return &e->parameters[number];
    if (e->n == e->capacity) {
        size_t capacity = e->capacity ? 2 * e->capacity : 32;
        struct td_found_parameter *grown = realloc(e->parameters, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        e->parameters = grown;
        e->capacity = capacity;
    }
    e->parameters[e->n] =
        (struct td_found_parameter){e->numbers.text[number], true, true, position, true};
    return &e->parameters[e->n++];
}

static bool add_parameter(struct td_found_experiment *e, const struct td_setting *setting,
                          size_t position) {
    struct td_found_parameter *p = parameter_of(e, setting->name, position);
    if (!p)
        return false;
    p->all_integer = p->all_integer && is_integer(setting->value);
    p->all_real = p->all_real && is_real(setting->value);
    p->observed = p->observed && (setting->flags & TD_OBSERVED);
    if (position > p->position)
        p->position = position;
    return true;
}

static bool add_settings(struct td_gather *g, const struct td_record *record) {
    struct td_found_experiment *e = experiment_of(g, record->experiment);
    bool fits = e != NULL;
    uint32_t number;
    for (size_t i = 0; i < record->settings.n && fits; ++i) {
        const struct td_setting *s = &record->settings.v[i];
        fits = add_parameter(e, s, i);
        char found[PATH_MAX];
        const char *file = s->value;
        if ((s->flags & TD_TABLE) && td_table_find(s->value, found, sizeof found))
            file = found;
        if (fits && (s->flags & (TD_PATH | TD_TABLE)) && *file)
            fits = td_symbols_add(&g->files, file, &number);
    }
    return fits;
}

static bool add_names(struct td_gather *g, const struct td_record *record) {
    uint32_t number;
    bool fits = true;
    for (size_t i = 0; i < record->n_values && fits; ++i)
        fits = td_symbols_add(&g->names, record->values[i].measure, &number) &&
               td_symbols_add(&g->names, record->values[i].site, &number) &&
               td_symbols_add(&g->names, record->values[i].flag, &number);
    for (size_t i = 0; i < record->n_arrays && fits; ++i)
        fits = td_symbols_add(&g->names, record->arrays[i].measure, &number) &&
               td_symbols_add(&g->names, record->arrays[i].site, &number);
    return fits;
}

static bool add_record(struct td_gather *g, const struct td_record *record, uint32_t log,
                       uint64_t offset, size_t bytes) {
    if (g->n == g->capacity) {
        size_t capacity = g->capacity ? 2 * g->capacity : 256;
        struct td_found_record *grown = realloc(g->records, capacity * sizeof *grown);
        if (!grown)
            return false;
        g->records = grown;
        g->capacity = capacity;
    }
    struct td_found_record *found = &g->records[g->n];
    *found = (struct td_found_record){.status = record->status,
                                      .observed = record->observed,
                                      .log = log,
                                      .offset = offset,
                                      .bytes = bytes,
                                      .order = g->n};
    memcpy(found->id, record->id, sizeof found->id);
    ++g->n;
    return add_settings(g, record) && (record->status == TD_TASK_FAILED || add_names(g, record));
}

static td_status gather_record(struct td_gather *g, uint32_t log, const void *payload,
                               uint64_t offset, size_t bytes, struct td_error *err) {
    struct td_arena *arena = td_arena_create();
    struct td_record record;
    if (!arena)
        return td_fail_memory(err, bytes);
    td_status status = td_record_unpack(payload, bytes, arena, &record, err);
    if (status)
        td_fail_in(err, "%s, byte %" PRIu64, g->logs[log].path, offset);
    else if (!add_record(g, &record, log, offset, bytes))
        status = td_fail_memory(err, bytes);
    td_arena_free(arena);
    return status;
}

/* ---- logs; at most OPEN_LOGS_MAX are open at a time ---- */

static void close_log(struct td_gather *g, size_t log) {
    if (!g->logs[log].reader)
        return;
    td_log_reader_close(g->logs[log].reader);
    free(g->logs[log].reader);
    g->logs[log].reader = NULL;
    --g->n_open;
}

static td_status open_log(struct td_gather *g, size_t log, struct td_error *err) {
    if (g->logs[log].reader)
        return TD_OK;
    while (g->n_open >= OPEN_LOGS_MAX) {
        close_log(g, g->next_to_close);
        g->next_to_close = (g->next_to_close + 1) % g->n_logs;
    }
    struct td_log_reader *reader = malloc(sizeof *reader);
    if (!reader)
        return td_fail_memory(err, sizeof *reader);
    td_status status = td_log_reader_open(g->logs[log].path, reader, err);
    if (status) {
        free(reader);
        return status;
    }
    g->logs[log].reader = reader;
    ++g->n_open;
    return TD_OK;
}

static td_status check_fingerprint(struct td_gather *g, const struct td_log_reader *reader,
                                   struct td_error *err) {
    if (!reader->header_valid || strcmp(g->fingerprint, reader->fingerprint) == 0)
        return TD_OK;
    if (g->fingerprint[0])
        return td_fail(
            err, TD_BAD_INPUT,
            "%.300s was written by \"%.250s\", the logs before it by \"%.250s\": results "
            "of different builds or machines are not mixed",
            reader->path, reader->fingerprint, g->fingerprint);
    strcpy(g->fingerprint, reader->fingerprint);
    return TD_OK;
}

static td_status gather_log(struct td_gather *g, uint32_t log, struct td_error *err) {
    td_status status = open_log(g, log, err);
    if (status)
        return status;
    struct td_log_reader *reader = g->logs[log].reader;
    status = check_fingerprint(g, reader, err);
    for (size_t i = 0; !status; ++i) {
        const void *payload = NULL;
        size_t bytes = 0;
        uint64_t offset = 0;
        if (i % POLL_EVERY == 0)
            status = td_index_poll(err);
        if (!status)
            status = td_log_reader_next(reader, &payload, &bytes, &offset, err);
        if (status || !payload)
            break;
        status = gather_record(g, log, payload, offset, bytes, err);
    }
    g->logs[log].size = reader->size;
    g->logs[log].end = reader->end;
    g->logs[log].last_sum = reader->last_sum;
    g->torn += reader->size > reader->end ? reader->size - reader->end : 0;
    return status;
}

static td_status list_logs(const char *dir, struct td_gather *g, struct td_error *err) {
    char **paths;
    size_t n;
    td_status status = td_log_list(dir, &paths, &n, err);
    if (status)
        return status;
    g->logs = calloc(n + 1, sizeof *g->logs);
    if (!g->logs) {
        td_log_list_free(paths, n);
        return td_fail_memory(err, n * sizeof *g->logs);
    }
    for (size_t i = 0; i < n; ++i)
        g->logs[i].path = paths[i];
    free(paths);
    g->n_logs = n;
    return TD_OK;
}

/* ---- order, so that equal logs give equal contents however they are cut into files ---- */

static int by_id_and_order(const void *a, const void *b) {
    const struct td_found_record *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static int by_position(const void *a, const void *b) {
    const struct td_found_parameter *x = a, *y = b;
    int order = (x->position > y->position) - (x->position < y->position);
    return order ? order : strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct td_found_experiment *)a)->name,
                  ((const struct td_found_experiment *)b)->name);
}

static void sort_all(struct td_gather *g) {
    if (g->n)
        qsort(g->records, g->n, sizeof *g->records, by_id_and_order);
    for (size_t i = 0; i < g->n_experiments; ++i)
        if (g->experiments[i].n)
            qsort(g->experiments[i].parameters, g->experiments[i].n,
                  sizeof *g->experiments[i].parameters, by_position);
    if (g->n_experiments)
        qsort(g->experiments, g->n_experiments, sizeof *g->experiments, by_name);
    td_symbols_sort(&g->names);
    td_symbols_sort(&g->files);
}

td_status td_gather_logs(const char *dir, struct td_gather *out, struct td_error *err) {
    *out = (struct td_gather){0};
    if (!td_symbols_init(&out->names) || !td_symbols_init(&out->files))
        return td_fail_memory(err, sizeof *out);
    td_status status = list_logs(dir, out, err);
    for (size_t i = 0; i < out->n_logs && !status; ++i)
        status = gather_log(out, (uint32_t)i, err);
    if (!status)
        sort_all(out);
    return status;
}

void td_gather_free(struct td_gather *g) {
    for (size_t i = 0; i < g->n_logs; ++i) {
        close_log(g, i);
        free(g->logs[i].path);
    }
    for (size_t i = 0; i < g->n_experiments; ++i) {
        free((char *)g->experiments[i].name);
        free(g->experiments[i].parameters);
        td_symbols_free(&g->experiments[i].numbers);
    }
    free(g->logs);
    free(g->records);
    free(g->experiments);
    td_symbols_free(&g->names);
    td_symbols_free(&g->files);
    *g = (struct td_gather){0};
}

td_status td_gather_load(struct td_gather *gather, const struct td_found_record *found,
                         struct td_arena *arena, struct td_record *out, struct td_error *err) {
    const void *payload;
    td_status status = open_log(gather, found->log, err);
    if (!status)
        status = td_log_reader_load(gather->logs[found->log].reader, found->offset, found->bytes,
                                    &payload, err);
    return status ? status : td_record_unpack(payload, found->bytes, arena, out, err);
}
