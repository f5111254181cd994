/* Compiled for the baseline instruction set: a binary that needs what this CPU lacks says so here
   instead of dying of SIGILL. */
#include <stdio.h>

#include "cli/cli.h"
#include "numeric/platform.h"

int main(int argc, char **argv) {
    const char *missing = td_cpu_missing();
    if (missing) {
        fprintf(stderr,
                "tdyn: this program was compiled for a processor with %s, which this one lacks\n"
                "tdyn: build it here, or configure with -DTDYN_NATIVE=OFF for any machine\n",
                missing);
        return TD_BAD_INPUT;
    }
    return td_cli_main(argc, argv);
}
