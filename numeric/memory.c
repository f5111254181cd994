#include "numeric/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool td_mul(size_t a, size_t b, size_t *out) {
    return !__builtin_mul_overflow(a, b, out);
}

void *td_calloc(size_t n, size_t size) {
    size_t bytes;
    if (!td_mul(n, size, &bytes) || bytes > PTRDIFF_MAX - TD_ALIGN)
        return NULL;
    size_t padded = (bytes + TD_ALIGN - 1) / TD_ALIGN * TD_ALIGN;
    if (padded == 0)
        padded = TD_ALIGN;
    void *p = aligned_alloc(TD_ALIGN, padded);
    if (p)
        memset(p, 0, padded);
    return p;
}

void td_free(void *p) {
    free(p);
}

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(16) unsigned char bytes[];
};

struct td_arena {
    struct block *blocks; /* newest first */
};

enum { BLOCK_BYTES = 16384 };

struct td_arena *td_arena_create(void) {
    return calloc(1, sizeof(struct td_arena));
}

void td_arena_free(struct td_arena *arena) {
    if (!arena)
        return;
    for (struct block *b = arena->blocks; b;) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
    free(arena);
}

void *td_arena_alloc(struct td_arena *arena, size_t bytes) {
    if (bytes > PTRDIFF_MAX - 2 * BLOCK_BYTES)
        return NULL;
    size_t padded = (bytes + 15) / 16 * 16;
    struct block *b = arena->blocks;
    if (!b || b->size - b->used < padded) {
        size_t size = padded > BLOCK_BYTES ? padded : BLOCK_BYTES;
        b = malloc(sizeof *b + size);
        if (!b)
            return NULL;
        b->used = 0;
        b->size = size;
        b->next = arena->blocks;
        arena->blocks = b;
    }
    void *p = b->bytes + b->used;
    b->used += padded;
    memset(p, 0, padded);
    return p;
}

char *td_arena_strdup(struct td_arena *arena, const char *s) {
    size_t n = strlen(s) + 1;
    char *copy = td_arena_alloc(arena, n);
    if (copy)
        memcpy(copy, s, n);
    return copy;
}

char *td_arena_printf(struct td_arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = n < 0 ? NULL : td_arena_alloc(arena, (size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    return text;
}
