/* IDX files, plain and gzip: refused, or as many finite numbers as the header says. */
#include "fuzz_file.h"
#include "sim/datas/idx_file.h"

static void read_rows(const char *path, int64_t wanted) {
    struct td_idx idx;
    struct td_error err = {0};
    td_status status = td_idx_read(path, wanted, &idx, &err);
    if (status == TD_OK) {
        for (size_t i = 0; i < idx.n * idx.d; ++i)
            if (!(idx.v[i] - idx.v[i] == 0))
                abort();
        if (idx.n == 0 || idx.d == 0)
            abort();
    } else if (!err.message[0] || idx.v) {
        abort();
    }
    td_idx_free(&idx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct fuzz_file f = fuzz_file_make(data, size);
    read_rows(f.path, 0);
    read_rows(f.path, 1);
    fuzz_file_close(&f);
    return 0;
}
