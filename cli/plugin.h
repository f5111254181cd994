/* Plugins: shared objects that add kinds of their own. One exports
       const struct td_plugin_kind td_plugin[] = {{"activation", &my_activation.kind}, ..., {0}};
   and its kinds are then listed, described, validated and run like the built-in ones. */
#ifndef TD_CLI_PLUGIN_H
#define TD_CLI_PLUGIN_H

#include "numeric/kind.h"

struct td_plugin_kind {
    const char *family; /* "activation", "measure", "experiment", ...: tdyn list --families */
    const struct td_kind *kind;
};

/* Loads a shared object and registers its kinds. TD_BAD_INPUT: cannot be loaded, no td_plugin
   table, another ABI or precision, unknown family, name already taken. */
td_status td_plugin_load(const char *path, struct td_error *err);

/* All families of kinds, NULL-terminated. */
extern struct td_registry *const td_families[];
struct td_registry *td_family_find(const char *family);

#endif
