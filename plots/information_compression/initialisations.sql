-- title: Compression over initialisations
-- caption: C = 1 - final / greatest I(X;T) of every layer, one point a Swish net, which differ by seed only (weights, split, order of samples), bar: median. By bins of width 0.07, EBAB and aKDE; dead nets (final training accuracy below 0.6) are left out (Chelombiev et al. 2019, section 4).
-- needs: information-compression/initialisations
WITH v AS (SELECT task, seed, measure, site, step, value FROM information_compression_initialisations_values),
alive AS (SELECT task FROM (SELECT task, max(step), value AS accuracy FROM v
          WHERE measure = 'accuracy' AND site = 'train' GROUP BY task) WHERE accuracy >= 0.6),
i AS (SELECT task, seed, substr(measure, 1, instr(measure, '.') - 1) AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             value, step = max(step) OVER (PARTITION BY task) AS final
      FROM v WHERE task IN alive AND measure IN ('width.x', 'ebab.x', 'akde.x-upper')),
c AS (SELECT task, seed, estimator, layer, 1 - sum(final * value) / max(value) AS c FROM i GROUP BY task, estimator, layer)
SELECT estimator, layer, seed, (row_number() OVER (PARTITION BY estimator, layer ORDER BY seed) - 1) * 1.0 / count(*) OVER (PARTITION BY estimator, layer) - 0.5 AS jitter, c
FROM c ORDER BY estimator, layer, seed;
WITH v AS (SELECT task, seed, measure, site, step, value FROM information_compression_initialisations_values),
alive AS (SELECT task FROM (SELECT task, max(step), value AS accuracy FROM v
          WHERE measure = 'accuracy' AND site = 'train' GROUP BY task) WHERE accuracy >= 0.6),
i AS (SELECT task, seed, substr(measure, 1, instr(measure, '.') - 1) AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             value, step = max(step) OVER (PARTITION BY task) AS final
      FROM v WHERE task IN alive AND measure IN ('width.x', 'ebab.x', 'akde.x-upper')),
c AS (SELECT task, seed, estimator, layer, 1 - sum(final * value) / max(value) AS c FROM i GROUP BY task, estimator, layer)
SELECT estimator, layer, median(c) AS middle, count(*) AS n FROM c GROUP BY estimator, layer ORDER BY estimator, layer;
