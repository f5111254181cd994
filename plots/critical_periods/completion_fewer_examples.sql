-- title: Seeing fewer entries at first harms for good
-- caption: Test loss on the same matrix after all observations were seen, against the steps spent with fewer of them; mean over seeds with 95 % interval. Left: by how many were seen in the end, depth 3. Right: by depth, with 1.5 times as many observations in the end as at first.
-- needs: critical-periods/completion-fewer-examples
WITH t AS (SELECT pretraining, row_number() OVER (ORDER BY pretraining) AS place
           FROM (SELECT DISTINCT pretraining FROM critical_periods_completion_fewer_examples_values))
SELECT observations2 AS observations, place, pretraining, avg(value) AS loss, coalesce(ci95(value), 0) AS half
FROM critical_periods_completion_fewer_examples_values JOIN t USING (pretraining)
WHERE measure = 'final' AND site = 'test' AND depth = 3 GROUP BY observations2, pretraining ORDER BY observations2, pretraining;
SELECT DISTINCT observations2 FROM critical_periods_completion_fewer_examples_values WHERE depth = 3 ORDER BY 1;
WITH t AS (SELECT pretraining, row_number() OVER (ORDER BY pretraining) AS place
           FROM (SELECT DISTINCT pretraining FROM critical_periods_completion_fewer_examples_values))
SELECT depth, place, pretraining, avg(value) AS loss, coalesce(ci95(value), 0) AS half
FROM critical_periods_completion_fewer_examples_values JOIN t USING (pretraining)
WHERE measure = 'final' AND site = 'test' AND 2 * observations2 = 3 * observations1 GROUP BY depth, pretraining ORDER BY depth, pretraining;
SELECT DISTINCT depth FROM critical_periods_completion_fewer_examples_values WHERE 2 * observations2 = 3 * observations1 ORDER BY 1;
