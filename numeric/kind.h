/* Descriptors: whatever comes in many kinds (experiment, network, op, activation, ...) is one file
   that ends in one `const struct td_<family>` whose first member is a struct td_kind. Listing,
   `describe`, validation, help, result columns and reference documentation all come from it. */
#ifndef TD_NUMERIC_KIND_H
#define TD_NUMERIC_KIND_H

#include <stddef.h>

#include "numeric/real.h"
#include "numeric/status.h"

struct td_param; /* numeric/param.h */

struct td_kind {
    unsigned abi;                  /* TD_ABI */
    unsigned real_size;            /* sizeof(real) */
    const char *name;              /* lower case, hyphens; experiments are PAPER/NAME */
    const char *doc;               /* one paragraph */
    const char *source;            /* paper and equation, or "" */
    const struct td_param *params; /* ends with {0}; NULL: none */
    size_t params_size;            /* sizeof of the struct that `params` fills; 0: none */
};

/* First member of a descriptor: TD_KIND("selu", "doc ...", "Klambauer 2017, eq. 2", table, struct
 * s) */
#define TD_KIND(name_, doc_, source_, table_, type_)                                               \
    {                                                                                              \
        .abi = TD_ABI, .real_size = sizeof(real), .name = (name_), .doc = (doc_),                  \
        .source = (source_), .params = (table_), .params_size = sizeof(type_)                      \
    }
#define TD_KIND_PLAIN(name_, doc_, source_)                                                        \
    {                                                                                              \
        .abi = TD_ABI, .real_size = sizeof(real), .name = (name_), .doc = (doc_),                  \
        .source = (source_), .params = NULL, .params_size = 0                                      \
    }

enum { TD_REGISTRY_EXTRA = 64 }; /* kinds that plugins may add to one family */

/* All kinds of one family. `kinds` is NULL-terminated and points at the descriptors' heads. */
struct td_registry {
    const char *family; /* "activation", "network", ... as error messages name it */
    const struct td_kind *const *kinds;
    const struct td_registry *also; /* kinds of another family that are members here too, after the
                                       own ones, which hide those of the same name; NULL: none */
    const char *verb; /* what may be written for `kind` in a list of these ("do"); NULL: nothing */
    const struct td_kind *extra[TD_REGISTRY_EXTRA]; /* added by plugins, in order of arrival */
};

size_t td_registry_count(const struct td_registry *registry);
const struct td_kind *td_registry_at(const struct td_registry *registry, size_t i);
const struct td_kind *td_registry_find(const struct td_registry *registry, const char *name);

/* Like find, but a miss is TD_BAD_INPUT with the nearest name and the list of what there is. */
td_status td_registry_get(const struct td_registry *registry, const char *name,
                          const struct td_kind **out, struct td_error *err);

/* Adds a plugin's kind after checking abi, real_size and that the name is new. */
td_status td_registry_add(struct td_registry *registry, const struct td_kind *kind,
                          struct td_error *err);

/* The name among names[n] nearest to `name` (edit distance), or NULL when none is near. */
const char *td_nearest(const char *name, const char *const *names, size_t n);

/* Plugins are shared objects that add kinds of their own: one exports
       const struct td_plugin_kind td_plugin[] = {{"activation", &my_activation.kind}, ..., {0}};
   and its kinds are then listed, described, validated and run like the built-in ones. */
struct td_plugin_kind {
    const char *family; /* "activation", "measure", "experiment", ...: tdyn list --families */
    const struct td_kind *kind;
};

#endif
