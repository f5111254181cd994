#ifdef TDYN_HAVE_HDF5

#define TD_HDF5_LAZY_OWN
#include "numeric/hdf5_lazy.h"

#include <dlfcn.h>

struct td_hdf5 td_hdf5;

td_status td_hdf5_load(struct td_error *err) {
    if (td_hdf5.H5open_)
        return TD_OK;
    void *library = dlopen(TDYN_HDF5_SONAME, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return td_fail(err, TD_FAILED,
                       "HDF5 cannot be loaded: %s (install the Debian package libhdf5-dev)",
                       dlerror());
    struct td_hdf5 loaded;
#define X(name)                                                                                    \
    loaded.name##_ = (__typeof__(loaded.name##_))dlsym(library, #name);                            \
    if (!loaded.name##_)                                                                           \
        return td_fail(err, TD_FAILED, "%s has no %s", TDYN_HDF5_SONAME, #name);
    TD_HDF5_NAMES(X)
#undef X
    td_hdf5 = loaded;
    return TD_OK;
}

#else
typedef int td_without_hdf5; /* a translation unit needs something */
#endif
