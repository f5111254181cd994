/* Any record under a valid checksum, once as it is and once beside a good one: indexed, exported.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/export.h"
#include "sweep/index.h"
#include "sweep/log_format.h"
#include "sweep/members.h"
#include "sweep/record.h"
#include "sweep/record_bytes.h"

#define PRINT "fuzz"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory: a disk would have to sync for every input. */
static char folder[] = "/dev/shm/tdyn-fuzz-index-XXXXXX";
static char log_path[sizeof folder + 32];
static FILE *nowhere;
static void *good;
static size_t good_bytes;

static void remove_folder(void) {
    char path[sizeof folder + 32];
    static const char *const names[] = {"log/rank0.log", "log", "members"};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    remove(folder);
    free(good);
    fclose(nowhere);
}

static void set_up(void) {
    char path[sizeof folder + 32];
    struct td_recipe recipe = {.name = "demo/walk"};
    struct td_task_spec task = {.recipe = &recipe, .id = "0123456789abcdef0123456789abcdef"};
    struct td_plan plan = {.n = 1, .tasks = &task, .config = ""};
    struct td_setting setting = {.name = "net.depth", .value = "1"};
    struct td_record_value value = {"loss", "", "", 0, 0.5};
    struct td_record record = {
        .experiment = "demo/walk", .settings = {1, &setting}, .n_values = 1, .values = &value};
    bool changed;
    strcpy(record.id, task.id);
    if (!mkdtemp(folder) || td_record_pack(&record, &good, &good_bytes, NULL))
        abort();
    snprintf(path, sizeof path, "%s/log", folder);
    snprintf(log_path, sizeof log_path, "%s/log/rank0.log", folder);
    if (mkdir(path, 0700) != 0 || td_members_write(folder, &plan, true, &changed, NULL))
        abort();
    nowhere = fopen("/dev/null", "w");
    atexit(remove_folder);
}

static void put_record(struct td_writer *w, const void *payload, size_t bytes) {
    size_t from = w->n;
    td_put_u64(w, bytes);
    td_put_u32(w, TD_LOG_TASK);
    td_put(w, payload, bytes);
    td_put_u64(w, td_log_sum(w->v + from, w->n - from, NULL, 0));
}

static void index_log(const uint8_t *data, size_t size, bool with_good) {
    struct td_writer w = {0};
    td_put(&w, TD_LOG_MAGIC, TD_LOG_MAGIC_BYTES);
    td_put_u32(&w, TD_LOG_FORMAT);
    td_put_text(&w, PRINT);
    td_put_u64(&w, td_log_sum(w.v, w.n, NULL, 0));
    put_record(&w, data, size);
    if (with_good)
        put_record(&w, good, good_bytes);
    int fd = open(log_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, w.v, w.n) != (ssize_t)w.n || close(fd) != 0)
        abort();
    free(w.v);
    struct td_error err = {0};
    td_status status = td_export_csv(folder, NULL, nowhere, &err);
    if (status && !err.message[0])
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!nowhere)
        set_up();
    index_log(data, size, false);
    index_log(data, size, true);
    return 0;
}
