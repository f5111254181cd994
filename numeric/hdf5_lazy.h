/* HDF5, loaded when it is first needed: its libraries (it brings a web client and cryptography)
   take longer to load than most commands take to run. Include this instead of hdf5.h, call
   td_hdf5_load before anything else, then use HDF5's own names. */
#ifndef TD_NUMERIC_HDF5_LAZY_H
#define TD_NUMERIC_HDF5_LAZY_H

#ifdef TDYN_HAVE_HDF5

#include <hdf5.h>

#include "numeric/status.h"

/* Functions and variables of the library that tdyn uses. */
/* clang-format off */
#define TD_HDF5_NAMES(X) \
    X(H5open) X(H5check_version) X(H5Aclose) X(H5Acreate2) X(H5Awrite) X(H5Dclose) \
    X(H5Dcreate2) X(H5Dget_space) X(H5Dget_storage_size) X(H5Dget_type) X(H5Dopen2) X(H5Dread) \
    X(H5Dwrite) X(H5Eget_auto2) X(H5Eset_auto2) X(H5Fclose) X(H5Fcreate) X(H5Fflush) \
    X(H5Fget_file_image) X(H5Fopen) X(H5Gclose) X(H5Gcreate2) X(H5Ovisit1) X(H5Pclose) \
    X(H5Pcreate) X(H5Pset_fapl_core) X(H5Pset_obj_track_times) X(H5Sclose) X(H5Screate) \
    X(H5Screate_simple) X(H5Sget_simple_extent_dims) X(H5Sget_simple_extent_type) X(H5Tclose) \
    X(H5Tcopy) X(H5Tget_class) X(H5Tget_nmembers) X(H5Tget_sign) X(H5Tget_size) X(H5Tset_cset) \
    X(H5Tset_size) X(H5Tset_strpad) X(H5T_NATIVE_DOUBLE_g) X(H5T_NATIVE_INT64_g) X(H5T_C_S1_g) \
    X(H5P_CLS_DATASET_CREATE_ID_g) X(H5P_CLS_FILE_ACCESS_ID_g)
/* clang-format on */

struct td_hdf5 {
#define X(name) __typeof__(name) *name##_;
    TD_HDF5_NAMES(X)
#undef X
};
extern struct td_hdf5 td_hdf5;

/* Loads the library once. TD_FAILED: it is not installed (names the Debian package) or lacks one of
   the names. */
td_status td_hdf5_load(struct td_error *err);

#ifndef TD_HDF5_LAZY_OWN
#define H5open (*td_hdf5.H5open_)
#define H5check_version (*td_hdf5.H5check_version_)
#define H5Aclose (*td_hdf5.H5Aclose_)
#define H5Acreate2 (*td_hdf5.H5Acreate2_)
#define H5Awrite (*td_hdf5.H5Awrite_)
#define H5Dclose (*td_hdf5.H5Dclose_)
#define H5Dcreate2 (*td_hdf5.H5Dcreate2_)
#define H5Dget_space (*td_hdf5.H5Dget_space_)
#define H5Dget_storage_size (*td_hdf5.H5Dget_storage_size_)
#define H5Dget_type (*td_hdf5.H5Dget_type_)
#define H5Dopen2 (*td_hdf5.H5Dopen2_)
#define H5Dread (*td_hdf5.H5Dread_)
#define H5Dwrite (*td_hdf5.H5Dwrite_)
#define H5Eget_auto2 (*td_hdf5.H5Eget_auto2_)
#define H5Eset_auto2 (*td_hdf5.H5Eset_auto2_)
#define H5Fclose (*td_hdf5.H5Fclose_)
#define H5Fcreate (*td_hdf5.H5Fcreate_)
#define H5Fflush (*td_hdf5.H5Fflush_)
#define H5Fget_file_image (*td_hdf5.H5Fget_file_image_)
#define H5Fopen (*td_hdf5.H5Fopen_)
#define H5Gclose (*td_hdf5.H5Gclose_)
#define H5Gcreate2 (*td_hdf5.H5Gcreate2_)
#define H5Ovisit1 (*td_hdf5.H5Ovisit1_)
#define H5Pclose (*td_hdf5.H5Pclose_)
#define H5Pcreate (*td_hdf5.H5Pcreate_)
#define H5Pset_fapl_core (*td_hdf5.H5Pset_fapl_core_)
#define H5Pset_obj_track_times (*td_hdf5.H5Pset_obj_track_times_)
#define H5Sclose (*td_hdf5.H5Sclose_)
#define H5Screate (*td_hdf5.H5Screate_)
#define H5Screate_simple (*td_hdf5.H5Screate_simple_)
#define H5Sget_simple_extent_dims (*td_hdf5.H5Sget_simple_extent_dims_)
#define H5Sget_simple_extent_type (*td_hdf5.H5Sget_simple_extent_type_)
#define H5Tclose (*td_hdf5.H5Tclose_)
#define H5Tcopy (*td_hdf5.H5Tcopy_)
#define H5Tget_class (*td_hdf5.H5Tget_class_)
#define H5Tget_nmembers (*td_hdf5.H5Tget_nmembers_)
#define H5Tget_sign (*td_hdf5.H5Tget_sign_)
#define H5Tget_size (*td_hdf5.H5Tget_size_)
#define H5Tset_cset (*td_hdf5.H5Tset_cset_)
#define H5Tset_size (*td_hdf5.H5Tset_size_)
#define H5Tset_strpad (*td_hdf5.H5Tset_strpad_)
#define H5T_NATIVE_DOUBLE_g (*td_hdf5.H5T_NATIVE_DOUBLE_g_)
#define H5T_NATIVE_INT64_g (*td_hdf5.H5T_NATIVE_INT64_g_)
#define H5T_C_S1_g (*td_hdf5.H5T_C_S1_g_)
#define H5P_CLS_DATASET_CREATE_ID_g (*td_hdf5.H5P_CLS_DATASET_CREATE_ID_g_)
#define H5P_CLS_FILE_ACCESS_ID_g (*td_hdf5.H5P_CLS_FILE_ACCESS_ID_g_)
#endif

#endif
#endif
