/* Loading plugins (numeric/kind.h says what one exports), and the families that they can add to. */
#ifndef TD_CLI_PLUGIN_H
#define TD_CLI_PLUGIN_H

#include "numeric/kind.h"

/* Loads a shared object and registers its kinds. TD_BAD_INPUT: cannot be loaded, no td_plugin
   table, another ABI or precision, unknown family, name already taken. */
td_status td_plugin_load(const char *path, struct td_error *err);

/* All families of kinds, NULL-terminated. */
extern struct td_registry *const td_families[];
struct td_registry *td_family_find(const char *family);

#endif
