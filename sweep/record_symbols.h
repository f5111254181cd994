/* Distinct texts numbered in order of arrival: names that repeat in every value are stored once. */
#ifndef TD_SWEEP_RECORD_SYMBOLS_H
#define TD_SWEEP_RECORD_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numeric/memory.h"

struct td_symbols {
    size_t n;
    const char **text; /* n texts, copied */
    size_t capacity;
    uint32_t *slots; /* open addressing: number + 1, or 0 */
    size_t n_slots;
    struct td_arena *arena;
};

/* false: memory was short. */
bool td_symbols_init(struct td_symbols *symbols);
void td_symbols_free(struct td_symbols *symbols);
/* Number of `text`, added if new. */
bool td_symbols_add(struct td_symbols *symbols, const char *text, uint32_t *number);
/* false: not there. */
bool td_symbols_find(const struct td_symbols *symbols, const char *text, uint32_t *number);
/* Renumbers so that numbers follow the order of the texts (bytes); numbers given before are void.
 */
void td_symbols_sort(struct td_symbols *symbols);

#endif
