/* Who may write to an output directory: flock on DIR/lock, exclusive for a whole run. Parts of a
   job array share DIR/lock and each holds DIR/lock-IofP exclusively. The text in the lock file is
   the holder's "HOST PID". */
#ifndef TD_SWEEP_LOCK_H
#define TD_SWEEP_LOCK_H

#include <stdbool.h>

#include "numeric/status.h"

struct td_lock;

/* Waits half a second (a killed predecessor may still be going), parts a few seconds longer
   (another part may be setting up); then TD_BAD_INPUT "DIR is in use by process N on HOST". `dir`
   exists. part 0: the whole. */
td_status td_lock_take(const char *dir, int part, int parts, struct td_lock **out,
                       struct td_error *err);
/* Nobody else is writing: the request that DIR holds may be changed. Always so for a whole run. */
bool td_lock_alone(const struct td_lock *lock);
/* Set-up is finished: lets the other parts in. Nothing for a whole run. */
td_status td_lock_share(struct td_lock *lock, struct td_error *err);
void td_lock_release(struct td_lock *lock);

#endif
