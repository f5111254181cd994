#include "numeric/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

td_status td_fail(struct td_error *err, td_status status, const char *format, ...) {
    if (err) {
        va_list args;
        va_start(args, format);
        vsnprintf(err->message, sizeof err->message, format, args);
        va_end(args);
        err->status = status;
    }
    return status;
}

td_status td_fail_in(struct td_error *err, const char *format, ...) {
    if (!err)
        return TD_FAILED;
    char inner[TD_MESSAGE_MAX];
    memcpy(inner, err->message, sizeof inner);
    va_list args;
    va_start(args, format);
    int written = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    size_t used = written < 0 ? 0 : (size_t)written;
    if (used + sizeof ": " < sizeof err->message) {
        memcpy(err->message + used, ": ", 2);
        size_t n = strnlen(inner, sizeof err->message - used - sizeof ": ");
        memcpy(err->message + used + 2, inner, n);
        err->message[used + 2 + n] = '\0';
    }
    return err->status;
}

td_status td_fail_memory(struct td_error *err, size_t bytes) {
    return td_fail(err, TD_FAILED, "out of memory: %zu bytes asked for", bytes);
}
