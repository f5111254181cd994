/* Any bytes as a YAML file: read, looked through, flattened. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every node has a place inside the text and, by type, its text, items or keys. */
static void look_through(const struct td_yaml *node, int depth) {
    if (depth > 64 || node->where.line < 1 || node->where.column < 1)
        abort();
    if (node->type == TD_YAML_SCALAR && !node->text)
        abort();
    for (size_t i = 0; i < node->n; i++) {
        if (node->type == TD_YAML_MAP && !td_yaml_get(node, node->keys[i]))
            abort();
        look_through(node->items[i], depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct td_arena *arena = td_arena_create();
    struct td_yaml *root;
    struct td_assign *assigns;
    size_t n;
    struct td_error err;
    if (td_yaml_parse("fuzz.yaml", (const char *)data, size, arena, &root, &err) == TD_OK) {
        if (size < 5000)
            look_through(root, 0);
        if (td_yaml_flatten(root, "", arena, &assigns, &n, &err) == TD_OK)
            for (size_t i = 0; i < n; i++)
                if (!assigns[i].name[0] || !assigns[i].text || assigns[i].where.line < 1)
                    abort();
    }
    td_arena_free(arena);
    return 0;
}
