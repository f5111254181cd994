/* MPI only where a launcher asked for it (OMPI_COMM_WORLD_SIZE, PMIX_RANK or PMI_RANK set):
   MPI_Init costs 0.4 s, alone the same program starts in milliseconds. */
#ifndef TD_SWEEP_MPI_H
#define TD_SWEEP_MPI_H

#include <stdbool.h>
#include <stddef.h>

#include "numeric/status.h"

/* Starts MPI if launched under it (MPI_THREAD_SERIALIZED or better). Safe to call when not, and
   again. TD_BAD_INPUT if the launcher's MPI is not the one that this program was built with. */
td_status td_mpi_start(struct td_error *err);
/* Waits for the other ranks, unless the launcher is dead. Safe to call when not started. */
void td_mpi_stop(void);
int td_mpi_rank(void); /* 0 when alone */
int td_mpi_size(void); /* 1 when alone */
/* The launcher (mpirun on this node) has died, and will not start or end anything any more. */
bool td_mpi_orphaned(void);

/* Collective: which machine this rank is on (0, 1, ... by the lowest rank there), and whether it is
   the lowest rank there. */
void td_mpi_node(int *node, bool *lowest);

/* Collective, all ranks at the same place. Every rank passes the status of its own work so far and
   gets the same answer: TD_OK if all were, else the lowest failing rank's status and message. */
td_status td_mpi_agree(td_status mine, struct td_error *err);
/* Collective: each rank's `bytes` bytes into all (size * bytes), by rank. */
void td_mpi_gather(const void *mine, size_t bytes, void *all);

/* Messages between ranks, of up to 4 KiB. Only one thread of a process may talk at a time. */
enum { TD_MPI_MESSAGE_MAX = 4096 };
void td_mpi_send(int to, const void *message, size_t bytes);
/* The next message that has arrived, up to `bytes` of it, and its sender; false: none is there.
   Never waits. */
bool td_mpi_receive(void *message, size_t bytes, int *from);

#endif
