/* A folder with one log of any bytes: scanned, indexed, exported, opened for appending. After the
   writer has cut what is torn, nothing is torn and the same records are there. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/export.h"
#include "sweep/log.h"
#include "sweep/members.h"

#define PRINT "fuzz"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory: a disk would have to sync for every input. */
static char folder[] = "/dev/shm/tdyn-fuzz-log-XXXXXX";
static char log_path[sizeof folder + 32];
static FILE *nowhere;

static void remove_folder(void) {
    char path[sizeof folder + 32];
    static const char *const names[] = {"log/rank0.log", "log/rank0.log.damaged", "log", "members"};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    remove(folder);
}

static void set_up(void) {
    char path[sizeof folder + 32];
    struct td_plan plan = {.config = ""};
    bool changed;
    if (!mkdtemp(folder))
        abort();
    snprintf(path, sizeof path, "%s/log", folder);
    snprintf(log_path, sizeof log_path, "%s/log/rank0.log", folder);
    if (mkdir(path, 0700) != 0 || td_members_write(folder, &plan, true, &changed, NULL))
        abort();
    nowhere = fopen("/dev/null", "w");
    atexit(remove_folder);
}

static void write_log(const uint8_t *data, size_t size) {
    int fd = open(log_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd) != 0)
        abort();
}

struct sum {
    size_t n, bytes;
};

static td_status add(void *context, const void *payload, size_t bytes, struct td_error *err) {
    struct sum *sum = context;
    (void)err;
    sum->n++;
    for (size_t i = 0; i < bytes; ++i)
        sum->bytes += ((const uint8_t *)payload)[i];
    return TD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!nowhere)
        set_up();
    struct sum before = {0}, after = {0};
    size_t torn = 0;
    write_log(data, size);
    td_status status = td_log_scan(folder, true, add, &before, &torn, NULL);
    td_export_csv(folder, NULL, nowhere, NULL);
    struct td_log *log = NULL;
    if (!status && td_log_open(folder, "rank0", PRINT, &log, NULL) == TD_OK) {
        if (td_log_close(log, NULL) || td_log_scan(folder, true, add, &after, &torn, NULL))
            abort();
        if (torn || before.n != after.n || before.bytes != after.bytes)
            abort();
    }
    return 0;
}
