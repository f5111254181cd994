/* Memory: aligned for vector units, sizes multiplied with overflow checks, and an arena for
   strings and small structs that live and die together. */
#ifndef TD_NUMERIC_MEMORY_H
#define TD_NUMERIC_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/status.h"

enum { TD_ALIGN = 64 }; /* bytes: one AVX-512 register, one cache line */

/* Zeroed array of n elements of `size` bytes, aligned to TD_ALIGN and padded to whole multiples of
   it, so that vector code may read (never use) past the end up to the padding. NULL on overflow or
   when memory is short. Free with td_free. */
void *td_calloc(size_t n, size_t size);
void td_free(void *p);

/* a * b into *out; false on overflow. */
bool td_mul(size_t a, size_t b, size_t *out);

struct td_arena; /* grows; everything is freed at once */
struct td_arena *td_arena_create(void);
void td_arena_free(struct td_arena *arena);
void *td_arena_alloc(struct td_arena *arena,
                     size_t bytes); /* zeroed, 16-aligned; NULL: no memory */
char *td_arena_strdup(struct td_arena *arena, const char *s);
char *td_arena_printf(struct td_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
