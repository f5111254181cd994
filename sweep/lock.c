#include "sweep/lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sweep/store_file.h"

enum { PAUSE_US = 20000, ATTEMPTS_WHOLE = 25, ATTEMPTS_PART = 100, HOLDER_MAX = 300 };
/* Further attempts while nobody says to hold the lock: a holder writes its name right after it has
   locked, and may be gone before it could be asked. */
enum { ATTEMPTS_UNNAMED = 100 };
static const char unnamed[] = "another process";

struct td_lock {
    char dir[PATH_MAX];
    int whole;  /* DIR/lock */
    int own;    /* the file that names this process: `whole`, or the part's */
    bool alone; /* `whole` is held exclusively */
};

static td_status open_lock(const char *dir, const char *name, int *fd, struct td_error *err) {
    char path[PATH_MAX];
    td_status status = td_path(path, dir, name, err);
    if (status)
        return status;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    return *fd < 0 ? td_fail_path(err, "write to", dir) : TD_OK;
}

/* "process 123 on node7" from a lock file; false if it does not say. */
static bool read_holder(const char *dir, const char *name, char text[HOLDER_MAX]) {
    char path[PATH_MAX], held[HOLDER_MAX] = "", host[256];
    long pid;
    if (td_path(path, dir, name, NULL))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, held, sizeof held - 1);
    bool in_use = flock(fd, LOCK_SH | LOCK_NB) != 0;
    close(fd);
    if (n <= 0 || !in_use || sscanf(held, "%255s %ld", host, &pid) != 2)
        return false;
    snprintf(text, HOLDER_MAX, "process %ld on %s", pid, host);
    return true;
}

/* Whoever holds DIR, by DIR/lock or, as parts hold that together, by a lock of theirs. */
static bool find_holder(const char *dir, const char *name, char text[HOLDER_MAX]) {
    bool found = read_holder(dir, name, text);
    DIR *folder = found ? NULL : opendir(dir);
    for (struct dirent *e; folder && !found && (e = readdir(folder));)
        found = strncmp(e->d_name, "lock-", 5) == 0 && read_holder(dir, e->d_name, text);
    if (folder)
        closedir(folder);
    return found;
}

static td_status fail_in_use(const char *dir, const char *holder, struct td_error *err) {
    return td_fail(err, TD_BAD_INPUT,
                   "%s is in use by %s: wait until it has ended, or choose another directory", dir,
                   holder);
}

/* One attempt; `operations` are tried in order. Returns the one that worked, 0 for none, -1 for an
   error other than "held by somebody else". */
static int try_flock(int fd, const int *operations, int n) {
    for (int i = 0; i < n; ++i) {
        if (flock(fd, operations[i] | LOCK_NB) == 0)
            return operations[i];
        if (errno != EWOULDBLOCK && errno != EINTR)
            return -1;
    }
    return 0;
}

/* The directory may have been moved aside (--fresh of another process) after it was opened. */
static bool still_there(const char *dir, const char *name, int fd) {
    char path[PATH_MAX];
    struct stat held, now;
    return td_path(path, dir, name, NULL) == TD_OK && fstat(fd, &held) == 0 &&
           stat(path, &now) == 0 && held.st_ino == now.st_ino && held.st_dev == now.st_dev;
}

/* Opens and locks DIR/name; *held is the operation that worked. */
static td_status hold(const char *dir, const char *name, const int *operations, int n, int attempts,
                      int *fd, int *held, struct td_error *err) {
    char holder[HOLDER_MAX] = "";
    for (int i = 0; i < attempts + ATTEMPTS_UNNAMED; ++i) {
        td_status status = open_lock(dir, name, fd, err);
        if (status)
            return status;
        *held = try_flock(*fd, operations, n);
        if (*held > 0 && still_there(dir, name, *fd))
            return TD_OK;
        int code = errno;
        close(*fd);
        *fd = -1;
        if (*held < 0) {
            errno = code;
            return td_fail(err, TD_FAILED,
                           "cannot lock %s: %s (the file system must support flock)", dir,
                           strerror(code));
        }
        if (i + 1 >= attempts && find_holder(dir, name, holder))
            break;
        usleep(PAUSE_US);
    }
    return fail_in_use(dir, *holder ? holder : unnamed, err);
}

static td_status sign(const struct td_lock *lock, int fd, struct td_error *err) {
    char host[256] = "", text[HOLDER_MAX];
    gethostname(host, sizeof host - 1);
    int n = snprintf(text, sizeof text, "%s %ld\n", *host ? host : "localhost", (long)getpid());
    if (ftruncate(fd, 0) != 0)
        return td_fail_path(err, "write to", lock->dir);
    return td_write_all(fd, text, (size_t)n, 0, lock->dir, err);
}

static td_status take_whole(struct td_lock *lock, struct td_error *err) {
    int held;
    td_status status =
        hold(lock->dir, "lock", (int[]){LOCK_EX}, 1, ATTEMPTS_WHOLE, &lock->whole, &held, err);
    lock->own = lock->whole;
    lock->alone = true;
    return status;
}

static td_status take_part(struct td_lock *lock, int part, int parts, struct td_error *err) {
    char name[64];
    snprintf(name, sizeof name, "lock-%dof%d", part, parts);
    int held;
    td_status status = hold(lock->dir, "lock", (int[]){LOCK_EX, LOCK_SH}, 2, ATTEMPTS_PART,
                            &lock->whole, &held, err);
    if (status)
        return status;
    lock->alone = held == LOCK_EX;
    return hold(lock->dir, name, (int[]){LOCK_EX}, 1, ATTEMPTS_WHOLE, &lock->own, &held, err);
}

td_status td_lock_take(const char *dir, int part, int parts, struct td_lock **out,
                       struct td_error *err) {
    *out = NULL;
    struct td_lock *lock = calloc(1, sizeof *lock);
    if (!lock)
        return td_fail_memory(err, sizeof *lock);
    lock->whole = lock->own = -1;
    td_status status = TD_OK;
    if (strlen(dir) >= sizeof lock->dir)
        status = td_fail(err, TD_BAD_INPUT, "the path %.80s... is too long", dir);
    else
        strcpy(lock->dir, dir);
    if (!status)
        status = part ? take_part(lock, part, parts, err) : take_whole(lock, err);
    if (!status && lock->alone)
        status = sign(lock, lock->whole, err);
    if (!status)
        status = sign(lock, lock->own, err);
    if (status) {
        td_lock_release(lock);
        return status;
    }
    *out = lock;
    return TD_OK;
}

bool td_lock_alone(const struct td_lock *lock) {
    return lock->alone;
}

td_status td_lock_share(struct td_lock *lock, struct td_error *err) {
    if (lock->own == lock->whole || !lock->alone)
        return TD_OK;
    /* Changing a lock may let another part in between: wait for it to finish its set-up. */
    for (int i = 0; i < ATTEMPTS_PART; ++i) {
        if (flock(lock->whole, LOCK_SH | LOCK_NB) == 0) {
            lock->alone = false;
            return TD_OK;
        }
        usleep(PAUSE_US);
    }
    char holder[HOLDER_MAX];
    return fail_in_use(lock->dir, find_holder(lock->dir, "lock", holder) ? holder : unnamed, err);
}

void td_lock_release(struct td_lock *lock) {
    if (!lock)
        return;
    if (lock->own >= 0 && lock->own != lock->whole)
        close(lock->own);
    if (lock->whole >= 0)
        close(lock->whole);
    free(lock);
}
