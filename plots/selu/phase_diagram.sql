-- title: Where single networks leave (0, 1)
-- caption: SELU networks with weights of variance 1/n. Top: share of inputs, and of networks (mean and variance over a batch of inputs), whose mean lies in [-0.1, 0.1] and variance in [0.8, 1.2], in percent; in brackets: theory of finite width. Bottom left: standard deviation of that variance over weight draws at the last layer, beside theory (dashed). Bottom right: norm of the gradient that comes back through so many layers, relative to where it starts, geometric mean with the range of the draws, and theory (dashed).
-- needs: selu/phase-diagram
WITH v AS (SELECT width, step, seed, max(CASE WHEN measure = 'mean' AND site = 'simulation' THEN value END) AS mean,
       max(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS variance,
       max(CASE WHEN measure = 'inside' AND site = 'samples' THEN value END) AS one,
       max(CASE WHEN measure = 'inside' AND site = 'theory' THEN value END) AS one_theory,
       max(CASE WHEN measure = 'inside' AND site = 'theory.batch' THEN value END) AS batch_theory
FROM selu_phase_diagram_values WHERE step IN (1, 2, 4, 8, 16, 32, 64, 128) OR step = (SELECT max(step) FROM selu_phase_diagram_values) GROUP BY width, step, seed)
SELECT width, step AS depth, 100 * avg(one) AS one, 100 * max(one_theory) AS one_theory,
       100 * avg(abs(mean) <= 0.1 AND variance BETWEEN 0.8 AND 1.2) AS batch, 100 * max(batch_theory) AS batch_theory
FROM v WHERE variance NOT NULL GROUP BY width, step ORDER BY width, step;
WITH v AS (SELECT width, seed, max(CASE WHEN measure = 'variance' AND site = 'simulation' THEN value END) AS variance,
       max(CASE WHEN measure = 'spread.variance' AND site = 'samples' THEN value END) AS within,
       max(CASE WHEN measure = 'spread.variance' AND site = 'theory' THEN value END) AS one_theory,
       max(CASE WHEN measure = 'spread.variance' AND site = 'theory.batch' THEN value END) AS batch_theory
FROM selu_phase_diagram_values WHERE step = (SELECT max(step) FROM selu_phase_diagram_values) GROUP BY width, seed)
SELECT width, sqrt(avg(within * within) + pow(stddev(variance), 2)) AS one, max(one_theory) AS one_theory,
       stddev(variance) AS batch, stddev(variance) * sqrt((count(*) - 1) / chi2_quantile(0.975, count(*) - 1)) AS batch_lo,
       stddev(variance) * sqrt((count(*) - 1) / chi2_quantile(0.025, count(*) - 1)) AS batch_hi, max(batch_theory) AS batch_theory
FROM v WHERE variance NOT NULL GROUP BY width ORDER BY width;
WITH w AS (SELECT max(width) AS most, coalesce(min(CASE WHEN width >= 16 THEN width END), max(width)) AS narrow,
       coalesce(min(CASE WHEN width >= 64 THEN width END), max(width)) AS middle,
       coalesce(min(CASE WHEN width >= 512 THEN width END), max(width)) AS wide FROM selu_phase_diagram_values),
     p AS (SELECT 1 AS place, narrow AS width FROM w UNION SELECT 2, middle FROM w UNION SELECT 3, wide FROM w),
     g AS (SELECT width, depth - step AS through, site, CASE WHEN value > 0 THEN sqrt(value / last_value(value) OVER (PARTITION BY task, site ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) END AS ratio
FROM selu_phase_diagram_values WHERE measure = 'gradient' AND site IN ('simulation', 'theory'))
SELECT place, width, through AS layers, geomean(CASE site WHEN 'simulation' THEN ratio END) AS ratio,
       min(CASE site WHEN 'simulation' THEN ratio END) AS lo, max(CASE site WHEN 'simulation' THEN ratio END) AS hi,
       max(CASE site WHEN 'theory' THEN ratio END) AS theory
FROM g JOIN p USING (width) GROUP BY place, through ORDER BY place, through;
