# Compiler flags that every target shares. Never -ffast-math, in any file or link line: it sets
# flush-to-zero for the whole process and breaks isnan.
set(TDYN_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Wno-sign-conversion -Wstrict-prototypes
                  -Wmissing-prototypes)

add_library(tdyn_flags INTERFACE)
target_compile_options(tdyn_flags INTERFACE ${TDYN_WARNINGS} -fno-math-errno -fno-trapping-math)
target_compile_definitions(tdyn_flags INTERFACE _GNU_SOURCE)

# Kept apart from tdyn_flags: the CPU check and main must run on any CPU.
add_library(tdyn_native INTERFACE)
if(TDYN_NATIVE)
    target_compile_options(tdyn_native INTERFACE -march=native)
endif()

if(TDYN_SANITIZE)
    add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
                        -fno-omit-frame-pointer -g)
    add_link_options(-fsanitize=address,undefined)
endif()
if(TDYN_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
        message(FATAL_ERROR "TDYN_FUZZ needs clang: cmake -DCMAKE_C_COMPILER=clang")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer -g)
    add_link_options(-fsanitize=address,undefined)
endif()
