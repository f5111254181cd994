# CMake package (find_package(tdyn) or tdyn_d) and pkg-config file.
include(CMakePackageConfigHelpers)
set(package tdyn${TDYN_SUFFIX})
install(EXPORT tdyn-targets FILE ${package}-targets.cmake NAMESPACE ${package}::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/${package})
configure_package_config_file(cmake/config.cmake.in ${PROJECT_BINARY_DIR}/${package}-config.cmake
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/${package}-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/${package}-config.cmake
              ${PROJECT_BINARY_DIR}/${package}-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/${package})

if(TDYN_DOUBLE)
    set(TDYN_PC_DEFINE -DTDYN_DOUBLE)
endif()
if(TDYN_HAVE_XSMM)
    set(TDYN_PC_XSMM "-lxsmm -ldl")
endif()
# Relative to where the file ends up, so that an installation can be moved.
file(RELATIVE_PATH TDYN_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/tdyn.pc.in ${PROJECT_BINARY_DIR}/${package}.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/${package}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
