/* One self-contained HTML file: claims first, then figures as inline SVG, provenance last. */
#ifndef TD_CLI_REPORT_H
#define TD_CLI_REPORT_H

#include "cli/claims.h"
#include "numeric/status.h"

/* Reports over n directories (one paper each, or whatever they hold) into `path`. Needs the figures
   that td_plot_dir drew; one that is missing is named in the report. `claims`: those of each
   directory, evaluated. */
td_status td_report_write(const char *path, const char *const *dirs, size_t n,
                          const struct td_claims *claims, const char *data_dir,
                          struct td_error *err);

#endif
