#include "numeric/table_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool td_table_find(const char *name, char *out, size_t size) {
    const char *folders[] = {".", getenv("TDYN_DATA")};
    if (!*name || strchr(name, '/'))
        return false;
    for (size_t i = 0; i < 2; ++i) {
        if (!folders[i] || !*folders[i])
            continue;
        int n = i == 0 ? snprintf(out, size, "data/tabular/%s.csv", name)
                       : snprintf(out, size, "%s/data/tabular/%s.csv", folders[i], name);
        if (n > 0 && (size_t)n < size && access(out, R_OK) == 0)
            return true;
    }
    return false;
}
