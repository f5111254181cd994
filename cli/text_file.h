/* Small files of our own making: read whole, write whole (temporary name, then rename). */
#ifndef TD_CLI_TEXT_FILE_H
#define TD_CLI_TEXT_FILE_H

#include <stdio.h>

#include "numeric/memory.h"
#include "numeric/status.h"

enum { TD_TEXT_FILE_MAX = 64 << 20 };

/* NUL-terminated contents in `arena`; refuses files above TD_TEXT_FILE_MAX. */
td_status td_text_read(const char *path, struct td_arena *arena, const char **out,
                       struct td_error *err);

struct td_output {
    FILE *file;
    char path[4096], temporary[4096];
};
/* Opens PATH.tmp for writing; td_output_commit renames it to PATH, td_output_discard removes it. */
td_status td_output_open(struct td_output *o, const char *path, struct td_error *err);
td_status td_output_commit(struct td_output *o, struct td_error *err);
void td_output_discard(struct td_output *o);

#endif
