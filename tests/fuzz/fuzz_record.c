/* Bytes that claim to be a record. What is accepted must survive another round trip. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *pack(const struct td_record *record, size_t *bytes) {
    void *block = NULL;
    if (td_record_pack(record, &block, bytes, NULL))
        abort();
    return block;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct td_arena *arena = td_arena_create();
    struct td_record record, again;
    struct td_record_head head;
    td_status status = td_record_unpack(data, size, arena, &record, NULL);
    if (!status) {
        size_t n, n_again;
        void *block = pack(&record, &n);
        if (td_record_unpack(block, n, arena, &again, NULL) ||
            td_record_head(block, n, &head, NULL) || strcmp(head.id, record.id) != 0)
            abort();
        void *same = pack(&again, &n_again);
        if (n != n_again || memcmp(block, same, n) != 0)
            abort();
        free(block);
        free(same);
    }
    td_arena_free(arena);
    return 0;
}
