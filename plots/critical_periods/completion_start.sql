-- title: The kind of start matters little
-- caption: Test loss on the second matrix without (blue) and with (orange) pre-training, by kind of start, at scales that give the product about the same norm; mean over seeds with 95 % interval; the smallest depth of the run.
-- needs: critical-periods/completion
WITH k AS (SELECT init, row_number() OVER (ORDER BY init) AS place FROM (SELECT DISTINCT init FROM critical_periods_completion_values))
SELECT init, place, pretraining > 0 AS trained, avg(value) AS loss, coalesce(ci95(value), 0) AS half
FROM critical_periods_completion_values JOIN k USING (init)
WHERE measure = 'final' AND site = 'test' AND depth = (SELECT min(depth) FROM critical_periods_completion_values)
AND pretraining IN (0, (SELECT max(pretraining) FROM critical_periods_completion_values))
GROUP BY init, trained ORDER BY trained, init;
