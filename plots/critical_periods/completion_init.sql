-- title: Small starts find the matrix, large ones do not
-- caption: Test loss on the second matrix against the size of the start (norm of the product over sqrt n), without pre-training (solid) and after the longest one (dashed); mean over seeds with 95 % interval. At depth 3 the loss without pre-training no longer falls below a scale of 1e-3.
-- needs: critical-periods/completion-init
SELECT depth, pretraining > 0 AS trained, scale, avg(value) AS loss, coalesce(ci95(value), 0) AS half
FROM critical_periods_completion_init_values WHERE measure = 'final' AND site = 'test'
AND pretraining IN (0, (SELECT max(pretraining) FROM critical_periods_completion_init_values))
GROUP BY depth, pretraining, scale ORDER BY depth, pretraining, scale;
SELECT DISTINCT depth FROM critical_periods_completion_init_values ORDER BY depth;
