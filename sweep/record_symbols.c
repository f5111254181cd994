#include "sweep/record_symbols.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { FIRST_SLOTS = 64 };

bool td_symbols_init(struct td_symbols *symbols) {
    *symbols = (struct td_symbols){.n_slots = FIRST_SLOTS};
    symbols->slots = calloc(FIRST_SLOTS, sizeof *symbols->slots);
    symbols->arena = td_arena_create();
    if (symbols->slots && symbols->arena)
        return true;
    td_symbols_free(symbols);
    return false;
}

void td_symbols_free(struct td_symbols *symbols) {
    free(symbols->slots);
    free(symbols->text);
    td_arena_free(symbols->arena);
    *symbols = (struct td_symbols){0};
}

/* The slot that holds `text`, or the empty one where it belongs. */
static size_t slot_of(const struct td_symbols *symbols, const char *text) {
    size_t mask = symbols->n_slots - 1;
    size_t i = (size_t)XXH3_64bits(text, strlen(text)) & mask;
    while (symbols->slots[i] && strcmp(symbols->text[symbols->slots[i] - 1], text) != 0)
        i = (i + 1) & mask;
    return i;
}

static void fill_slots(struct td_symbols *symbols) {
    memset(symbols->slots, 0, symbols->n_slots * sizeof *symbols->slots);
    for (size_t i = 0; i < symbols->n; ++i)
        symbols->slots[slot_of(symbols, symbols->text[i])] = (uint32_t)(i + 1);
}

static bool grow(struct td_symbols *symbols) {
    if (symbols->n == symbols->capacity) {
        size_t capacity = symbols->capacity ? 2 * symbols->capacity : FIRST_SLOTS / 2;
        const char **text = realloc(symbols->text, capacity * sizeof *text);
        if (!text)
            return false;
        symbols->text = text;
        symbols->capacity = capacity;
    }
    if (2 * (symbols->n + 1) <= symbols->n_slots)
        return true;
    uint32_t *slots = calloc(2 * symbols->n_slots, sizeof *slots);
    if (!slots)
        return false;
    free(symbols->slots);
    symbols->slots = slots;
    symbols->n_slots *= 2;
    fill_slots(symbols);
    return true;
}

bool td_symbols_add(struct td_symbols *symbols, const char *text, uint32_t *number) {
    if (td_symbols_find(symbols, text, number))
        return true;
    char *copy = td_arena_strdup(symbols->arena, text);
    if (!copy || symbols->n >= UINT32_MAX - 1 || !grow(symbols))
        return false;
    size_t slot = slot_of(symbols, text);
    symbols->text[symbols->n] = copy;
    *number = (uint32_t)symbols->n++;
    symbols->slots[slot] = *number + 1;
    return true;
}

bool td_symbols_find(const struct td_symbols *symbols, const char *text, uint32_t *number) {
    uint32_t slot = symbols->slots[slot_of(symbols, text)];
    if (slot)
        *number = slot - 1;
    return slot != 0;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void td_symbols_sort(struct td_symbols *symbols) {
    if (symbols->n)
        qsort(symbols->text, symbols->n, sizeof *symbols->text, by_text);
    fill_slots(symbols);
}
