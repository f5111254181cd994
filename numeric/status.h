/* How functions report failure: a status, and a message made where the facts are known. */
#ifndef TD_NUMERIC_STATUS_H
#define TD_NUMERIC_STATUS_H

#include <stddef.h>

/* The values are the exit codes of the program (TD_DIVERGED never leaves a task). */
typedef enum td_status {
    TD_OK = 0,
    TD_FAILED = 1,      /* something failed at run time (I/O, memory, numerics) */
    TD_BAD_INPUT = 2,   /* the user's input or usage is wrong */
    TD_DIVERGED = 3,    /* the trajectory left the finite numbers: a result, not an error */
    TD_INTERRUPTED = 75 /* stopped by a signal; everything is kept, run again to go on */
} td_status;

enum { TD_MESSAGE_MAX = 1200 };

/* Filled by the function that fails; a caller may prefix it with what it was doing. */
struct td_error {
    td_status status;
    char message[TD_MESSAGE_MAX];
};

/* Stores `status` and the formatted message in *err (which may be NULL) and returns `status`. */
td_status td_fail(struct td_error *err, td_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the message that *err already holds; returns err->status. */
td_status td_fail_in(struct td_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The shortest way to say "out of memory" with the size asked for. */
td_status td_fail_memory(struct td_error *err, size_t bytes);

#endif
