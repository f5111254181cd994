-- title: Gradient descent follows the flow of singular values and vectors
-- caption: Largest eight singular values of one run (the first seed, the longest pre-training at the largest learning rate): gradient descent (lines) and the flow of singular values and vectors (dashed); dotted: the switch to the second matrix. Right: largest difference at each time, over the largest singular value of the matrix that is learned, by learning rate, and between the two flows.
-- needs: critical-periods/completion-analytic
WITH one AS (SELECT task FROM critical_periods_completion_analytic_values ORDER BY lr DESC, pretraining DESC, seed LIMIT 1)
SELECT site LIKE 'descent%' AS descent, CAST(substr(site, instr(site, '.') + 1) AS INTEGER) AS rank, step * lr AS time, value, pretraining * lr AS switch
FROM critical_periods_completion_analytic_values WHERE task = (SELECT task FROM one) AND measure = 'singular' AND site NOT LIKE 'matrix%'
ORDER BY descent, rank, time;
SELECT lr, site, step * lr AS time, max(value) AS most FROM critical_periods_completion_analytic_values
WHERE measure = 'deviation' AND site <> 'matrix-flow' AND value > 0
AND pretraining * lr = (SELECT max(pretraining * lr) FROM critical_periods_completion_analytic_values)
GROUP BY lr, site, step ORDER BY site, lr, time;
SELECT DISTINCT lr FROM critical_periods_completion_analytic_values ORDER BY lr DESC;
