/* An end state whose stored settings, as far as they are free within a lineage (length and looks),
   are the input: lines of NAME=VALUE. Asked for by a longer run of `train`. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/checkpoint_file.h"
#include "sweep/extend.h"
#include "sweep/identity.h"

#define PRINT "fuzz"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 64, SETTINGS_MAX = 512 };

/* In memory: a disk would have to sync for every input. */
static char folder[] = "/dev/shm/tdyn-fuzz-end-XXXXXX";
static struct td_arena *kept;
static struct td_recipe recipe = {.name = "train", .summary = "", .source = ""};
static struct td_task_spec longer = {.recipe = &recipe, .id = "b", .seed = 1};
static char lineage[TD_ID_CHARS + 1];

static void remove_folder(void) {
    char command[sizeof folder + 16];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command))
        fprintf(stderr, "%s stays\n", folder);
    td_arena_free(kept);
}

static void set_up(void) {
    static const struct td_assign assigns[] = {
        {.name = "steps", .text = "40"},
        {.name = "data.train", .text = "30"},
        {.name = "data.test", .text = "9"},
        {.name = "net.width", .text = "3"},
        {.name = "measure", .text = "[loss,moments]"},
        {.name = "measure.0.at", .text = "[0,end]"},
        {.name = "measure.1.at", .text = "0..end:3"},
    };
    kept = td_arena_create();
    recipe.experiment = (const struct td_experiment *)td_registry_find(&td_experiments, "train");
    if (!mkdtemp(folder) ||
        td_resolve(recipe.experiment->kind.params, assigns, sizeof assigns / sizeof *assigns, kept,
                   &longer.settings, NULL) ||
        td_lineage("train", recipe.experiment->version, &longer.settings, 1, lineage, NULL))
        abort();
    atexit(remove_folder);
}

/* The settings of `longer` that make the lineage, and the input's lines. */
static void mix(char *text, struct td_settings *out) {
    unsigned free_flags = TD_OBSERVED | TD_LENGTH;
    for (size_t i = 0; i < longer.settings.n && out->n < SETTINGS_MAX; i++)
        if (!(longer.settings.v[i].flags & free_flags))
            out->v[out->n++] = longer.settings.v[i];
    char *rest = text, *line;
    for (int i = 0; i < LINES_MAX && (line = strsep(&rest, "\n")) && out->n < SETTINGS_MAX; i++) {
        char *equals = strchr(line, '=');
        if (!equals)
            continue;
        *equals = 0;
        out->v[out->n++] =
            (struct td_setting){.name = line,
                                .value = equals + 1,
                                .flags = i == 0 ? (unsigned)TD_LENGTH : (unsigned)TD_OBSERVED};
    }
}

static void write_end(const struct td_settings *settings, const struct td_task_spec *shorter) {
    const struct td_record record = {.id = "a",
                                     .experiment = "train",
                                     .version = recipe.experiment->version,
                                     .seed = 1,
                                     .settings = *settings,
                                     .error = "",
                                     .host = ""};
    void *packed;
    size_t bytes;
    if (td_record_pack(&record, &packed, &bytes, NULL))
        abort();
    const struct td_section section = {TD_SECTION_RECORD, packed, bytes};
    if (td_end_write(folder, lineage, shorter, PRINT, &section, 1, NULL))
        abort();
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct td_setting settings[SETTINGS_MAX];
    struct td_settings mixed = {.v = settings};
    const struct td_task_spec shorter = {.recipe = &recipe, .id = "a", .seed = 1};
    struct td_error err;
    struct td_end end;
    const char *note;
    if (!kept)
        set_up();
    char *text = calloc(size + 1, 1);
    memcpy(text, data, size);
    mix(text, &mixed);
    write_end(&mixed, &shorter);
    struct td_arena *arena = td_arena_create();
    if (td_end_find(folder, lineage, &longer, PRINT, arena, &end, &note, &err) || note)
        abort();
    if (end.arena && !(end.share > 0 && end.share < 1))
        abort();
    td_arena_free(end.arena);
    td_arena_free(arena);
    free(text);
    return 0;
}
