/* Bytes that claim to be a checkpoint, and the same with their checksum put right, so that what
   lies behind the checksum is reached. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "numeric/memory.h"
#include "sweep/store.h"

#define ID "0123456789abcdef0123456789abcdef"
#define PRINT "fuzz"

enum { TOTAL_AT = 12, SUM_BYTES = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory: a disk would have to sync for every input. */
static char folder[] = "/dev/shm/tdyn-fuzz-checkpoint-XXXXXX";
static char path[sizeof folder + 80];

static void remove_folder(void) {
    char inner[sizeof folder + 32];
    td_checkpoint_remove(folder, ID);
    snprintf(inner, sizeof inner, "%s/checkpoints", folder);
    rmdir(inner);
    rmdir(folder);
}

static void set_up(void) {
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/checkpoints", folder);
    if (mkdir(path, 0700) != 0)
        abort();
    snprintf(path, sizeof path, "%s/checkpoints/%s.ck", folder, ID);
    atexit(remove_folder);
}

static void read_as_checkpoint(const uint8_t *data, size_t size) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd) != 0)
        abort();
    struct td_arena *arena = td_arena_create();
    struct td_section *sections;
    const char *note;
    size_t n, sum = 0;
    if (td_checkpoint_read(folder, ID, PRINT, arena, &sections, &n, &note, NULL))
        abort();
    for (size_t i = 0; i < n; ++i) {
        sum += strlen(sections[i].name);
        for (size_t j = 0; j < sections[i].bytes; ++j)
            sum += ((const uint8_t *)sections[i].data)[j];
    }
    static volatile size_t seen;
    seen = sum;
    td_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!*path)
        set_up();
    read_as_checkpoint(data, size);
    if (size < TOTAL_AT + 8 + SUM_BYTES)
        return 0;
    uint8_t *mended = malloc(size);
    uint64_t total = size;
    memcpy(mended, data, size);
    memcpy(mended + TOTAL_AT, &total, sizeof total);
    uint64_t sum = XXH3_64bits(mended, size - SUM_BYTES);
    memcpy(mended + size - SUM_BYTES, &sum, sizeof sum);
    read_as_checkpoint(mended, size);
    free(mended);
    return 0;
}
