#!/usr/bin/env bash
# What is installed works by itself: the program finds its data, and a C program of somebody else's
# builds against the libraries by pkg-config and by CMake.
. "$(dirname "$0")/lib.sh"
build=$(cd "$(dirname "$tdyn")/.." && pwd)
name=$(basename "$tdyn") # tdyn, or tdyn_d of the double build
if grep -q '^TDYN_SANITIZE:BOOL=ON' "$build/CMakeCache.txt"; then
    finish # sanitizers are no part of an installation
fi

cmake --install "$build" --prefix "$scratch/usr" >install.txt 2>&1 || fail "cmake --install: $(tail -3 install.txt)"
installed=$scratch/usr/bin/$name
expect 0 'selu/training' "$installed" list
expect 0 '' "$installed" run selu/moment-map --quiet --out map
expect 0 'svg' "$installed" plot map
expect 0 'N1 .*reproduced' "$installed" check map
grep -rqF "$build" usr/lib/*/cmake usr/lib/*/pkgconfig usr/lib/cmake usr/lib/pkgconfig 2>/dev/null &&
    fail "an installed package file names the build folder"

cat >user.c <<'END'
#include <numeric/platform.h>
#include <sim/moment_map.h>
#include <stdio.h>

int main(void) {
    struct td_error err = {0};
    char *argv[] = {"user", NULL};
    if (td_platform_init(false, argv, &err))
        return 1;
    struct td_moment_image image = td_selu_image(td_selu_01, 0, 1);
    printf("%.9f %.9f\n", image.mean + 1, image.var);
    return 0;
}
END
PKG_CONFIG_PATH=$(dirname "$(find usr -name "$name.pc")")
export PKG_CONFIG_PATH
cc -std=gnu11 user.c $(pkg-config --cflags "$name") -o user_pc $(pkg-config --libs --static "$name") >cc.txt 2>&1 ||
    fail "pkg-config build: $(grep -E 'error|undefined' cc.txt | head -3)"
expect 0 '^1\.000000000 1\.000000000$' ./user_pc

mkdir project && cp user.c project/
cat >project/CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.25)
project(user C)
find_package($name REQUIRED)
add_executable(user user.c)
target_link_libraries(user PRIVATE $name::sim)
END
cmake -S project -B project/build -DCMAKE_PREFIX_PATH="$scratch/usr" >cm.txt 2>&1 &&
    cmake --build project/build >>cm.txt 2>&1 || fail "CMake build: $(grep -iE 'error|undefined' cm.txt | head -3)"
expect 0 '^1\.000000000 1\.000000000$' project/build/user
finish
