# One layer of the house: a library made of all .c files of its folder (and sub-folders), installed
# with its headers. Its public name carries _d in a double build.
if(TDYN_DOUBLE)
    set(TDYN_SUFFIX _d)
else()
    set(TDYN_SUFFIX "")
endif()

function(tdyn_layer name)
    cmake_parse_arguments(ARG "" "" "LINK;PRIVATE" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.c)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    list(FILTER sources EXCLUDE REGEX "cpu_check\\.c$")
    add_library(tdyn_${name} ${sources})
    add_library(tdyn${TDYN_SUFFIX}::${name} ALIAS tdyn_${name})
    set_target_properties(tdyn_${name} PROPERTIES
        OUTPUT_NAME tdyn_${name}${TDYN_SUFFIX} EXPORT_NAME ${name}
        VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
    target_include_directories(tdyn_${name} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tdyn${TDYN_SUFFIX}>)
    if(TDYN_DOUBLE)
        target_compile_definitions(tdyn_${name} PUBLIC TDYN_DOUBLE)
    endif()
    target_link_libraries(tdyn_${name} PUBLIC ${ARG_LINK}
        PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:tdyn_flags> $<BUILD_INTERFACE:tdyn_native> m)
    install(TARGETS tdyn_${name} EXPORT tdyn-targets
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    foreach(header ${headers})
        file(RELATIVE_PATH relative ${PROJECT_SOURCE_DIR} ${header})
        get_filename_component(folder ${relative} DIRECTORY)
        install(FILES ${header}
                DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tdyn${TDYN_SUFFIX}/${folder})
    endforeach()
endfunction()
