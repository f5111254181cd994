#include "sweep/members.h"

#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sweep/record.h"
#include "sweep/record_bytes.h"
#include "sweep/store_file.h"

#define FIRST_LINE "tdyn members 1\n"

enum { LINE_MAX_BYTES = 1024 };
/* More than TD_TASKS_MAX lines of an id and a hash. */
static const size_t FILE_MAX = (size_t)TD_TASKS_MAX * 64;

/* ---- writing ---- */

struct entry {
    const char *experiment;
    const struct td_task_spec *task;
};

static int by_experiment_and_id(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    int order = strcmp(x->experiment, y->experiment);
    return order ? order : strcmp(x->task->id, y->task->id);
}

static void put_line(struct td_writer *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put_line(struct td_writer *w, const char *format, ...) {
    char line[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n < 0 || n >= (int)sizeof line)
        w->failed = true;
    else
        td_put(w, line, (size_t)n);
}

/* One experiment's lines from entries[0..n). */
static void put_experiment(struct td_writer *w, const char *name, const struct entry *entries,
                           size_t n) {
    put_line(w, "experiment %s %zu\n", name, n);
    for (size_t i = 0; i < n; ++i)
        put_line(w, "%s %016" PRIx64 "\n", entries[i].task->id, entries[i].task->observed);
}

static struct entry *sorted_entries(const struct td_plan *plan) {
    struct entry *entries = calloc(plan->n + 1, sizeof *entries);
    if (!entries)
        return NULL;
    for (size_t i = 0; i < plan->n; ++i)
        entries[i] = (struct entry){plan->tasks[i].recipe->name, &plan->tasks[i]};
    qsort(entries, plan->n, sizeof *entries, by_experiment_and_id);
    return entries;
}

static td_status members_text(const struct td_plan *plan, struct td_writer *w,
                              struct td_error *err) {
    struct entry *entries = sorted_entries(plan);
    if (!entries)
        return td_fail_memory(err, plan->n * sizeof *entries);
    put_line(w, FIRST_LINE);
    for (size_t from = 0, to; from < plan->n; from = to) {
        for (to = from + 1;
             to < plan->n && strcmp(entries[from].experiment, entries[to].experiment) == 0;)
            ++to;
        put_experiment(w, entries[from].experiment, entries + from, to - from);
    }
    free(entries);
    if (!w->failed)
        put_line(w, "checksum %016" PRIx64 "\n", (uint64_t)XXH3_64bits(w->v, w->n));
    return w->failed ? td_fail_memory(err, w->n) : TD_OK;
}

td_status td_members_write(const char *dir, const struct td_plan *plan, bool write, bool *changed,
                           struct td_error *err) {
    char path[PATH_MAX], *old = NULL;
    size_t old_bytes = 0;
    struct td_writer w = {0};
    *changed = false;
    for (size_t i = 0; i < plan->n_recipes; ++i)
        if (strpbrk(plan->recipes[i]->name, "\n\r") || strlen(plan->recipes[i]->name) > 200)
            return td_fail(err, TD_BAD_INPUT,
                           "an experiment's name is one line of at most 200 bytes");
    td_status status = td_path(path, dir, TD_MEMBERS_FILE, err);
    if (!status)
        status = members_text(plan, &w, err);
    if (!status)
        status = td_file_read(path, FILE_MAX, &old, &old_bytes, err);
    if (!status) {
        *changed = !old || old_bytes != w.n || memcmp(old, w.v, w.n) != 0;
        if (*changed && write)
            status = td_file_replace(dir, TD_MEMBERS_FILE, w.v, w.n, err);
    }
    free(old);
    free(w.v);
    return status;
}

/* ---- reading ---- */

struct parser {
    char *at;
    struct td_members *out;
    size_t capacity, experiment_capacity;
    bool bad;
};

/* The next line, its end replaced by a zero; NULL at the end or if the last line is torn. */
static char *next_line(struct parser *p) {
    char *line = p->at, *end = strchr(line, '\n');
    if (!end)
        return NULL;
    *end = 0;
    p->at = end + 1;
    return line;
}

/* Room for one more item of `size` bytes in an array of n. */
static bool reserve(void **v, size_t n, size_t *capacity, size_t size) {
    if (n < *capacity)
        return true;
    size_t grown = *capacity ? 2 * *capacity : 16;
    void *p = realloc(*v, grown * size);
    if (!p)
        return false;
    *v = p;
    *capacity = grown;
    return true;
}

static void parse_experiment(struct parser *p, char *line, size_t *expected) {
    struct td_members *m = p->out;
    char *space = strrchr(line, ' ');
    char *end = NULL;
    unsigned long long planned = space ? strtoull(space + 1, &end, 10) : 0;
    if (!space || end == space + 1 || *end || planned > TD_TASKS_MAX || space == line ||
        !reserve((void **)&m->experiments, m->n_experiments, &p->experiment_capacity,
                 sizeof *m->experiments)) {
        p->bad = true;
        return;
    }
    *space = 0;
    struct td_member_experiment *e = &m->experiments[m->n_experiments];
    *e = (struct td_member_experiment){strdup(line), (size_t)planned};
    if (!e->name) {
        p->bad = true;
        return;
    }
    ++m->n_experiments;
    *expected += (size_t)planned;
}

static void parse_member(struct parser *p, char *line) {
    struct td_members *m = p->out;
    char *space = strchr(line, ' ');
    char *end = NULL;
    if (space)
        *space = 0;
    uint64_t observed = space ? strtoull(space + 1, &end, 16) : 0;
    if (!space || end != space + 17 || *end || !td_task_id_valid(line) ||
        !reserve((void **)&m->v, m->n, &p->capacity, sizeof *m->v)) {
        p->bad = true;
        return;
    }
    m->v[m->n] = (struct td_member){.observed = observed};
    strcpy(m->v[m->n++].id, line);
}

/* The checksum line is the last one and covers everything before it. */
static bool checksum_holds(char *text, size_t n, uint64_t *checksum) {
    static const char word[] = "checksum ";
    const size_t line = sizeof word - 1 + 16 + 1;
    if (n < line || memcmp(text + n - line, word, sizeof word - 1) != 0)
        return false;
    char *end;
    *checksum = strtoull(text + n - 17, &end, 16);
    bool holds = end == text + n - 1 && *end == '\n' && XXH3_64bits(text, n - line) == *checksum;
    text[n - line] = 0;
    return holds;
}

static int by_id(const void *a, const void *b) {
    return strcmp(((const struct td_member *)a)->id, ((const struct td_member *)b)->id);
}

static bool parse(char *text, size_t n, struct td_members *out) {
    static const char word[] = "experiment ";
    struct parser p = {.at = text, .out = out};
    if (strlen(text) != n || !checksum_holds(text, n, &out->checksum) ||
        strncmp(text, FIRST_LINE, strlen(FIRST_LINE)) != 0)
        return false;
    p.at += strlen(FIRST_LINE);
    size_t expected = 0;
    for (char *line; !p.bad && (line = next_line(&p));) {
        if (strncmp(line, word, sizeof word - 1) == 0)
            parse_experiment(&p, line + sizeof word - 1, &expected);
        else
            parse_member(&p, line);
    }
    if (p.bad || *p.at || out->n != expected)
        return false;
    if (out->n)
        qsort(out->v, out->n, sizeof *out->v, by_id);
    return true;
}

td_status td_members_read(const char *dir, struct td_members *out, struct td_error *err) {
    char path[PATH_MAX], *text = NULL;
    size_t n = 0;
    *out = (struct td_members){0};
    td_status status = td_path(path, dir, TD_MEMBERS_FILE, err);
    if (!status)
        status = td_file_read(path, FILE_MAX, &text, &n, err);
    if (!status && !text)
        status =
            td_fail(err, TD_BAD_INPUT, "%s is not an output directory of tdyn: it has no file %s",
                    dir, TD_MEMBERS_FILE);
    if (!status && !parse(text, n, out))
        status = td_fail(err, TD_BAD_INPUT,
                         "%s is damaged: run the same sweep again, which writes it anew", path);
    free(text);
    if (status)
        td_members_free(out);
    return status;
}

bool td_members_exist(const char *dir, bool *intact) {
    static const char start[] = "tdyn members ";
    char path[PATH_MAX], found[sizeof start] = "";
    *intact = false;
    FILE *f = td_path(path, dir, TD_MEMBERS_FILE, NULL) ? NULL : fopen(path, "rbe");
    bool ours =
        f && fread(found, 1, sizeof start - 1, f) == sizeof start - 1 && strcmp(found, start) == 0;
    if (f)
        fclose(f);
    if (!ours)
        return false;
    struct td_members members;
    *intact = td_members_read(dir, &members, NULL) == TD_OK;
    td_members_free(&members);
    return true;
}

const struct td_member *td_members_find(const struct td_members *members, const char *id) {
    struct td_member key = {0};
    if (strlen(id) > TD_ID_CHARS || !members->n)
        return NULL;
    strcpy(key.id, id);
    return bsearch(&key, members->v, members->n, sizeof *members->v, by_id);
}

void td_members_free(struct td_members *members) {
    for (size_t i = 0; i < members->n_experiments; ++i)
        free(members->experiments[i].name);
    free(members->experiments);
    free(members->v);
    *members = (struct td_members){0};
}
