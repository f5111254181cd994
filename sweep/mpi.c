#include "sweep/mpi.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static MPI_Comm everybody; /* our own copy of the world: nobody else's messages get mixed in */
static bool started, stopped;
static int my_rank, n_ranks = 1;
static pid_t launcher; /* our parent when MPI started */

static bool launched(void) {
    return getenv("OMPI_COMM_WORLD_SIZE") || getenv("PMIX_RANK") || getenv("PMI_RANK");
}

/* Ranks that the launcher says it started; 0 if it does not say. */
static long launched_ranks(void) {
    const char *text = getenv("OMPI_COMM_WORLD_SIZE");
    if (!text)
        text = getenv("PMI_SIZE");
    return text ? strtol(text, NULL, 10) : 0;
}

td_status td_mpi_start(struct td_error *err) {
    if (started || !launched())
        return TD_OK;
    int level;
    launcher = getppid();
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level) != MPI_SUCCESS)
        return td_fail(err, TD_FAILED, "MPI does not start");
    started = true;
    MPI_Comm_dup(MPI_COMM_WORLD, &everybody);
    MPI_Comm_rank(everybody, &my_rank);
    MPI_Comm_size(everybody, &n_ranks);
    if (level < MPI_THREAD_SERIALIZED)
        return td_fail(err, TD_BAD_INPUT,
                       "this MPI library was built without thread support "
                       "(MPI_THREAD_SERIALIZED is needed)");
    long ranks = launched_ranks();
    if (ranks > 1 && n_ranks == 1)
        return td_fail(err, TD_BAD_INPUT,
                       "the launcher started %ld ranks, but MPI sees one: the launcher belongs to "
                       "another MPI than the one that tdyn was built with (use its own mpirun, "
                       "or srun --mpi=pmix)",
                       ranks);
    return TD_OK;
}

void td_mpi_stop(void) {
    if (!started || stopped)
        return;
    stopped = true;
    if (!td_mpi_orphaned()) { /* without the launcher, MPI_Finalize would wait for ever */
        MPI_Comm_free(&everybody);
        MPI_Finalize();
    }
    n_ranks = 1; /* the rank stays: only one rank prints what there is still to say */
}

int td_mpi_rank(void) {
    return my_rank;
}

int td_mpi_size(void) {
    return n_ranks;
}

void td_mpi_node(int *node, bool *lowest) {
    MPI_Comm here, lowest_ranks;
    int rank_here = 0;
    *node = 0;
    *lowest = true;
    if (n_ranks == 1)
        return;
    MPI_Comm_split_type(everybody, MPI_COMM_TYPE_SHARED, my_rank, MPI_INFO_NULL, &here);
    MPI_Comm_rank(here, &rank_here);
    *lowest = rank_here == 0;
    MPI_Comm_split(everybody, *lowest ? 0 : MPI_UNDEFINED, my_rank, &lowest_ranks);
    if (*lowest) {
        MPI_Comm_rank(lowest_ranks, node);
        MPI_Comm_free(&lowest_ranks);
    }
    MPI_Bcast(node, 1, MPI_INT, 0, here);
    MPI_Comm_free(&here);
}

bool td_mpi_orphaned(void) {
    return started && getppid() != launcher;
}

td_status td_mpi_agree(td_status mine, struct td_error *err) {
    if (n_ranks == 1)
        return mine;
    struct {
        int status, rank;
    } own = {mine == TD_OK ? 0 : 1, my_rank}, worst;
    MPI_Allreduce(&own, &worst, 1, MPI_2INT, MPI_MAXLOC, everybody);
    if (!worst.status)
        return TD_OK;
    struct td_error message;
    memset(&message, 0, sizeof message);
    if (my_rank == worst.rank) {
        if (err)
            message = *err;
        message.status = mine;
    }
    MPI_Bcast(&message, (int)sizeof message, MPI_BYTE, worst.rank, everybody);
    if (err)
        *err = message;
    return message.status;
}

void td_mpi_gather(const void *mine, size_t bytes, void *all) {
    if (n_ranks == 1)
        memcpy(all, mine, bytes);
    else
        MPI_Allgather(mine, (int)bytes, MPI_BYTE, all, (int)bytes, MPI_BYTE, everybody);
}

void td_mpi_send(int to, const void *message, size_t bytes) {
    MPI_Send(message, (int)bytes, MPI_BYTE, to, 0, everybody);
}

bool td_mpi_receive(void *message, size_t bytes, int *from) {
    int here = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, 0, everybody, &here, &status);
    if (!here)
        return false;
    *from = status.MPI_SOURCE;
    MPI_Recv(message, (int)bytes, MPI_BYTE, status.MPI_SOURCE, 0, everybody, MPI_STATUS_IGNORE);
    return true;
}
