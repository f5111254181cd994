/* Text that claims to be DIR/members, as it is and with its checksum put right. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "sweep/members.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory: a disk would have to sync for every input. */
static char folder[] = "/dev/shm/tdyn-fuzz-members-XXXXXX";
static char path[sizeof folder + 32];

static void remove_folder(void) {
    unlink(path);
    rmdir(folder);
}

static void read_as_members(const uint8_t *data, size_t size, bool with_checksum) {
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, size, f) != size)
        abort();
    if (with_checksum)
        fprintf(f, "checksum %016" PRIx64 "\n", (uint64_t)XXH3_64bits(data, size));
    fclose(f);
    struct td_members members;
    if (td_members_read(folder, &members, NULL) == TD_OK) {
        for (size_t i = 0; i < members.n; ++i)
            if (!td_members_find(&members, members.v[i].id))
                abort();
        td_members_free(&members);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!*path) {
        if (!mkdtemp(folder))
            abort();
        snprintf(path, sizeof path, "%s/members", folder);
        atexit(remove_folder);
    }
    read_as_members(data, size, false);
    read_as_members(data, size, true);
    return 0;
}
