-- title: The higher the rank of the first matrix, the more it harms
-- caption: Test loss on the second matrix after the longest pre-training minus that without pre-training, seed by seed, against the rank of the first matrix; mean with 95 % interval (points), crosses: median. Harm at depth 3 has heavy tails over seeds.
-- needs: critical-periods/completion-rank
WITH base AS (SELECT depth, seed, avg(value) AS v FROM critical_periods_completion_rank_values
              WHERE measure = 'final' AND site = 'test' AND pretraining = 0 GROUP BY depth, seed)
SELECT depth, rank1 AS rank, avg(value - v) AS harm, coalesce(ci95(value - v), 0) AS half, median(value - v) AS middle
FROM base JOIN critical_periods_completion_rank_values USING (depth, seed)
WHERE measure = 'final' AND site = 'test' AND pretraining = (SELECT max(pretraining) FROM critical_periods_completion_rank_values)
GROUP BY depth, rank1 ORDER BY depth, rank1;
SELECT DISTINCT depth FROM critical_periods_completion_rank_values ORDER BY depth;
