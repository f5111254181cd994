-- title: The longer the pre-training on another matrix, and the deeper, the worse
-- caption: Mean squared error on the second matrix, over all entries, after the steps on it, against the steps spent on the first matrix; mean over seeds with 95 % interval, crosses: median. A factorization of depth 1 never moves entries that it does not see, so its loss stays at that of the start.
-- needs: critical-periods/completion-depth
WITH t AS (SELECT pretraining, row_number() OVER (ORDER BY pretraining) AS place
           FROM (SELECT DISTINCT pretraining FROM critical_periods_completion_depth_values))
SELECT depth, place, pretraining, avg(value) AS loss, coalesce(ci95(value), 0) AS half, median(value) AS middle
FROM critical_periods_completion_depth_values JOIN t USING (pretraining)
WHERE measure = 'final' AND site = 'test' GROUP BY depth, pretraining ORDER BY depth, pretraining;
SELECT DISTINCT depth FROM critical_periods_completion_depth_values ORDER BY depth;
