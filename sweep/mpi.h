/* MPI only where a launcher asked for it (OMPI_COMM_WORLD_SIZE, PMIX_RANK or PMI_RANK set):
   MPI_Init costs 0.4 s, alone the same program starts in milliseconds. */
#ifndef TD_SWEEP_MPI_H
#define TD_SWEEP_MPI_H

#include "numeric/status.h"

/* Starts MPI if launched under it (MPI_THREAD_SERIALIZED or better). Safe to call when not. */
td_status td_mpi_start(struct td_error *err);
void td_mpi_stop(void);
int td_mpi_rank(void); /* 0 when alone */
int td_mpi_size(void); /* 1 when alone */

#endif
