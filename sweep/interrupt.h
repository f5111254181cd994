/* Signals: TERM, INT, HUP, USR1 ask for a stop at the next safe point; a second one ends at once
   (nothing torn: logs and checkpoints are always whole). Whoever finds no safe point within
   TD_STOP_SECONDS is ended as well: schedulers kill those who don't go. */
#ifndef TD_SWEEP_INTERRUPT_H
#define TD_SWEEP_INTERRUPT_H

#include <stdbool.h>

enum { TD_STOP_SECONDS = 4 }; /* from the request to the exit, at most */

/* Installs the handlers (SIGPIPE and SIGXFSZ become write errors; nohup keeps its meaning). May be
   called again. System calls are restarted: look at the flag, don't wait for EINTR. */
void td_interrupt_install(void);
/* Whether a stop was asked for; the signal's number or 0. */
int td_interrupt_pending(void);
/* Asks for a stop from inside (another rank was signalled). */
void td_interrupt_raise(int signal_number);

#endif
