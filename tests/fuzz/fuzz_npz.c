/* NPZ archives: the only member, or the one called x. */
#include <string.h>

#include "fuzz_file.h"
#include "numeric/array_file.h"

static void read_spec(const char *spec) {
    struct td_array a;
    struct td_error err = {0};
    td_status status = td_array_read(spec, &a, &err);
    if (status == TD_OK)
        td_array_check_finite(&a, spec, &err);
    else if (!err.message[0] || a.v)
        abort();
    td_array_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 4 || memcmp(data, "PK", 2) != 0)
        return -1;
    struct fuzz_file f = fuzz_file_make(data, size);
    char spec[64];
    read_spec(f.path);
    snprintf(spec, sizeof spec, "%s:A", f.path);
    read_spec(spec);
    fuzz_file_close(&f);
    return 0;
}
