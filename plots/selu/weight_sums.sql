-- title: Weight sums that keep mean and variance near (0, 1)
-- caption: Left: where the moment map of SELU ends that starts at mean 0.1, variance 1.5, by the sum of a unit's weights and of their squares: inside theorem 1's domain for (mean, variance); at another fixed point; at 0; or nowhere. Rectangle: theorem 1's domain for (omega, tau). Circles: edges from the Jacobian at (0, 1) and from the map's limits at large and small variance. Right: variance by layer in networks (demo: width 256) whose weights sum to omega on average, geometric mean over weight draws with their range.
-- needs: selu/weight-sums, selu/weights
WITH v AS (SELECT omega, tau, max(CASE WHEN measure = 'limit' AND site = 'mean' THEN value END) AS m, max(CASE WHEN measure = 'limit' AND site = 'variance' THEN value END) AS v,
       max(CASE WHEN measure = 'limit' THEN flag END) AS flag FROM selu_weight_sums_values GROUP BY omega, tau),
     grid AS (SELECT (max(omega) - min(omega)) / (count(DISTINCT omega) - 1) / 2 AS dx, (max(tau) - min(tau)) / (count(DISTINCT tau) - 1) / 2 AS dy FROM v)
SELECT omega, tau, omega - dx AS x0, omega + dx AS x1, tau - dy AS y0, tau + dy AS y1,
       CASE WHEN flag = 'explodes' THEN 3 WHEN flag = 'vanishes' OR v < 0.01 THEN 0 WHEN abs(m) <= 0.1 AND v BETWEEN 0.8 AND 1.5 THEN 2 ELSE 1 END AS region
FROM v, grid ORDER BY tau, omega;
SELECT weight_mean AS omega, step AS layer, geomean(value) AS variance, min(value) AS lo, max(value) AS hi
FROM selu_weights_values WHERE measure = 'variance' AND site = 'simulation' AND init_kind = 'lecun' AND init_distribution = 'normal' AND noise = 0
GROUP BY weight_mean, step ORDER BY weight_mean, step;
