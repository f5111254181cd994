#include "sim/dataset.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "numeric/table_file.h"
#include "sim/datas/prepare.h"

void td_dataset_free(struct td_dataset *d) {
    td_split_free(&d->train);
    td_split_free(&d->validation);
    td_split_free(&d->test);
    memset(d, 0, sizeof *d);
}

/* ---- the key of a part: kind, parameters, seed as bytes ---- */

struct key {
    size_t n, capacity;
    char *bytes;
    bool failed; /* memory, or a parameter that has no bytes of its own */
};

static void key_add(struct key *k, const void *data, size_t n) {
    if (k->failed)
        return;
    if (k->n + n > k->capacity) {
        size_t capacity = 2 * (k->n + n);
        char *bytes = realloc(k->bytes, capacity);
        if (!bytes) {
            k->failed = true;
            return;
        }
        k->bytes = bytes;
        k->capacity = capacity;
    }
    if (n)
        memcpy(k->bytes + k->n, data, n);
    k->n += n;
}

static void key_add_text(struct key *k, const char *text) {
    key_add(k, text, strlen(text) + 1);
}

/* A file is the same while its identity, size and time are. `path` may be FILE:MEMBER. */
static void key_add_file(struct key *k, const char *path) {
    struct stat st;
    bool found = *path && stat(path, &st) == 0;
    const char *colon = strrchr(path, ':');
    if (!found && colon) {
        char *file = strndup(path, (size_t)(colon - path));
        found = file && stat(file, &st) == 0;
        free(file);
    }
    if (!found)
        return;
    key_add(k, &st.st_dev, sizeof st.st_dev);
    key_add(k, &st.st_ino, sizeof st.st_ino);
    key_add(k, &st.st_size, sizeof st.st_size);
    key_add(k, &st.st_mtim, sizeof st.st_mtim);
}

static void key_add_table(struct key *k, const char *name) {
    char path[PATH_MAX];
    if (td_table_find(name, path, sizeof path))
        key_add_file(k, path);
}

static void key_add_param(struct key *k, const struct td_param *p, const void *field) {
    switch (p->type) {
    case TD_INT:
        key_add(k, field, sizeof(int64_t));
        break;
    case TD_REAL:
        key_add(k, field, sizeof(double));
        break;
    case TD_BOOL:
        key_add(k, field, sizeof(bool));
        break;
    case TD_CHOICE:
        key_add(k, field, sizeof(int));
        break;
    case TD_STRING:
        key_add_text(k, *(const char *const *)field);
        if (p->flags & TD_PATH)
            key_add_file(k, *(const char *const *)field);
        if (p->flags & TD_TABLE)
            key_add_table(k, *(const char *const *)field);
        break;
    case TD_REALS: {
        const struct td_reals *list = field;
        key_add(k, &list->n, sizeof list->n);
        key_add(k, list->v, list->n * sizeof *list->v);
        break;
    }
    case TD_INTS: {
        const struct td_ints *list = field;
        key_add(k, &list->n, sizeof list->n);
        key_add(k, list->v, list->n * sizeof *list->v);
        break;
    }
    case TD_STRINGS: {
        const struct td_strings *list = field;
        key_add(k, &list->n, sizeof list->n);
        for (size_t i = 0; i < list->n; ++i)
            key_add_text(k, list->v[i]);
        break;
    }
    default:
        k->failed = true;
    }
}

static struct key make_key(const struct td_part *part, uint64_t seed) {
    struct key k = {0};
    const struct td_data *data = (const struct td_data *)part->kind;
    bool seeded = !data->uses_seed || data->uses_seed(part->params);
    key_add_text(&k, part->kind->name);
    for (const struct td_param *p = part->kind->params; p && p->name; ++p)
        key_add_param(&k, p, (const char *)part->params + p->offset);
    key_add(&k, &seeded, sizeof seeded);
    if (seeded)
        key_add(&k, &seed, sizeof seed);
    return k;
}

/* ---- the cache ---- */

/* Sets that nobody holds stay while they are few and small together: a sweep may alternate between
   them. */
enum { UNUSED_SETS = 256, UNUSED_BYTES = 1 << 29 };

struct entry {
    struct td_dataset data; /* first: a data set's address is its entry's */
    struct key key;
    size_t users;
    uint64_t used; /* when it was last asked for or released */
    struct entry *next;
};
static struct {
    pthread_mutex_t lock;
    struct entry *entries;
    uint64_t clock;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void entry_free(struct entry *e) {
    td_dataset_free(&e->data);
    free(e->key.bytes);
    free(e);
}

static struct entry *cache_find(const struct key *key) {
    if (key->failed)
        return NULL;
    for (struct entry *e = cache.entries; e; e = e->next)
        if (!e->key.failed && e->key.n == key->n && memcmp(e->key.bytes, key->bytes, key->n) == 0)
            return e;
    return NULL;
}

static size_t split_bytes(const struct td_split *s, const struct td_dataset *data) {
    return s->n * ((data->d + data->n_targets) * sizeof(real) + sizeof(int32_t));
}

/* Frees sets that nobody holds, longest unused first, until the rest is few and small. */
static void cache_trim(void) {
    for (;;) {
        struct entry **oldest = NULL;
        size_t bytes = 0, sets = 0;
        for (struct entry **e = &cache.entries; *e; e = &(*e)->next) {
            if ((*e)->users)
                continue;
            ++sets;
            bytes += split_bytes(&(*e)->data.train, &(*e)->data);
            bytes += split_bytes(&(*e)->data.validation, &(*e)->data);
            bytes += split_bytes(&(*e)->data.test, &(*e)->data);
            if (!oldest || (*e)->used < (*oldest)->used)
                oldest = e;
        }
        if (sets <= UNUSED_SETS && bytes <= UNUSED_BYTES)
            return;
        struct entry *gone = *oldest;
        *oldest = gone->next;
        entry_free(gone);
    }
}

static td_status cache_load(const struct td_part *part, uint64_t seed, struct entry **out,
                            struct td_error *err) {
    struct entry *e = calloc(1, sizeof *e);
    if (!e)
        return td_fail_memory(err, sizeof *e);
    const struct td_data *data = (const struct td_data *)part->kind;
    td_status status = data->load(part->params, seed, &e->data, err);
    if (status) {
        entry_free(e);
        return status;
    }
    e->next = cache.entries;
    cache.entries = e;
    *out = e;
    return TD_OK;
}

td_status td_dataset_get(const struct td_part *part, uint64_t seed, const struct td_dataset **out,
                         struct td_error *err) {
    td_status status = TD_OK;
    *out = NULL;
    pthread_mutex_lock(&cache.lock);
    struct key key = make_key(part, seed);
    struct entry *e = cache_find(&key);
    if (e) {
        free(key.bytes);
    } else {
        status = cache_load(part, seed, &e, err);
        if (!status)
            e->key = key;
        else
            free(key.bytes);
    }
    if (!status) {
        ++e->users;
        e->used = ++cache.clock;
        *out = &e->data;
    }
    pthread_mutex_unlock(&cache.lock);
    return status;
}

void td_dataset_release(const struct td_dataset *d) {
    if (!d)
        return;
    pthread_mutex_lock(&cache.lock);
    for (struct entry **e = &cache.entries; *e; e = &(*e)->next) {
        struct entry *held = *e;
        if (&held->data != d)
            continue;
        --held->users;
        held->used = ++cache.clock;
        if (held->key.failed && !held->users) { /* cannot be found again */
            *e = held->next;
            entry_free(held);
        }
        break;
    }
    cache_trim();
    pthread_mutex_unlock(&cache.lock);
}
