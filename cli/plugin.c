#include "cli/plugin.h"

#include <dlfcn.h>
#include <string.h>

#include "experiments/information_compression/sources.h"
#include "experiments/train/probe.h"
#include "measure/measure.h"
#include "sim/activation.h"
#include "sim/dataset.h"
#include "sim/event.h"
#include "sim/graph.h"
#include "sim/init.h"
#include "sim/network.h"
#include "sim/optimizer.h"
#include "sweep/experiment.h"

struct td_registry *const td_families[] = {
    &td_experiments, &td_networks,         &td_ops,    &td_activations, &td_inits,
    &td_optimizers,  &td_schedules,        &td_events, &td_datas,       &td_measures,
    &train_probes,   &information_sources, NULL,
};

struct td_registry *td_family_find(const char *family) {
    for (size_t i = 0; td_families[i]; ++i)
        if (strcmp(td_families[i]->family, family) == 0)
            return td_families[i];
    return NULL;
}

td_status td_plugin_load(const char *path, struct td_error *err) {
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object)
        return td_fail(err, TD_BAD_INPUT, "--plugin %s: %s", path, dlerror());
    const struct td_plugin_kind *kinds = dlsym(object, "td_plugin");
    if (!kinds)
        return td_fail(err, TD_BAD_INPUT, "--plugin %s: it exports no table td_plugin", path);
    for (; kinds->family; ++kinds) {
        struct td_registry *registry = td_family_find(kinds->family);
        if (!registry)
            return td_fail(err, TD_BAD_INPUT, "--plugin %s: there is no family '%s'", path,
                           kinds->family);
        if (td_registry_add(registry, kinds->kind, err))
            return td_fail_in(err, "--plugin %s", path);
    }
    return TD_OK; /* the object stays loaded: its descriptors are in use until the end */
}
