-- title: The harm shrinks with more observations
-- caption: Left: test loss on the second matrix after the longest pre-training minus that without, seed by seed, mean with 95 % interval, against the number of observed entries over the second matrix's degrees of freedom r (2 n - r). Right: test loss with (solid) and without (dashed) pre-training. With too few observations neither recovers the matrix; with many both do.
-- needs: critical-periods/completion-observations
WITH p AS (SELECT b.depth, b.seed, b.observations2 AS o, 1.0 * b.observations2 / (b.rank2 * (2 * b.n - b.rank2)) AS ratio,
                  a.value AS without, b.value AS after
           FROM critical_periods_completion_observations_values a JOIN critical_periods_completion_observations_values b
           USING (depth, seed, measure, site, observations2)
           WHERE measure = 'final' AND site = 'test' AND a.pretraining = 0
           AND b.pretraining = (SELECT max(pretraining) FROM critical_periods_completion_observations_values))
SELECT depth, o AS observations, avg(ratio) AS ratio, avg(after - without) AS harm, coalesce(ci95(after - without), 0) AS half,
       avg(after) AS after, avg(without) AS without
FROM p GROUP BY depth, o ORDER BY depth, o;
SELECT DISTINCT depth FROM critical_periods_completion_observations_values ORDER BY depth;
