/* NPY files: refused with a message, or an array whose every element can be looked at. */
#include <string.h>

#include "fuzz_file.h"
#include "numeric/array_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 6 || memcmp(data, "\x93NUMPY", 6) != 0)
        return -1;
    struct fuzz_file f = fuzz_file_make(data, size);
    struct td_array a;
    struct td_error err = {0};
    td_status status = td_array_read(f.path, &a, &err);
    if (status == TD_OK) {
        if (td_array_rows(&a) * td_array_columns(&a) == 0 || !a.dtype[0])
            abort();
        td_array_check_finite(&a, f.path, &err); /* reads all of it */
    } else if (!err.message[0] || a.v) {
        abort();
    }
    td_array_free(&a);
    fuzz_file_close(&f);
    return 0;
}
