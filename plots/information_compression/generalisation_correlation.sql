-- title: Compression against test accuracy
-- caption: C = 1 - final / greatest I(X;T) (EBAB) of every layer against final test accuracy, one point a Swish net of another seed. Top: test patterns drawn at random; bottom: the last fifth in counting order, all beginning with 11, as in the authors' code, a test out of distribution. r: Pearson's correlation with 95 % bootstrap interval (Chelombiev et al. 2019, section 4).
-- needs: information-compression/initialisations, information-compression/generalisation-correlation
WITH v AS (SELECT 's' || task AS run, 'shuffled' AS split, measure, site, step, value FROM information_compression_initialisations_values
      UNION ALL SELECT 'o' || task, 'ordered', measure, site, step, value FROM information_compression_generalisation_correlation_values),
alive AS (SELECT run FROM (SELECT run, max(step), value AS accuracy FROM v
          WHERE measure = 'accuracy' AND site = 'train' GROUP BY run) WHERE accuracy >= 0.6),
i AS (SELECT run, split, substr(measure, 1, instr(measure, '.') - 1) AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             value, step = max(step) OVER (PARTITION BY run) AS final
      FROM v WHERE run IN alive AND measure IN ('ebab.x')),
c AS (SELECT run, split, estimator, layer, 1 - sum(final * value) / max(value) AS c FROM i GROUP BY run, estimator, layer),
accuracy AS (SELECT run, max(step), value AS accuracy FROM v WHERE measure = 'accuracy' AND site = 'test' GROUP BY run)
SELECT split, layer, c, accuracy FROM c JOIN accuracy USING (run) ORDER BY split, layer, c;
WITH v AS (SELECT 's' || task AS run, 'shuffled' AS split, measure, site, step, value FROM information_compression_initialisations_values
      UNION ALL SELECT 'o' || task, 'ordered', measure, site, step, value FROM information_compression_generalisation_correlation_values),
alive AS (SELECT run FROM (SELECT run, max(step), value AS accuracy FROM v
          WHERE measure = 'accuracy' AND site = 'train' GROUP BY run) WHERE accuracy >= 0.6),
i AS (SELECT run, split, substr(measure, 1, instr(measure, '.') - 1) AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             value, step = max(step) OVER (PARTITION BY run) AS final
      FROM v WHERE run IN alive AND measure IN ('ebab.x')),
c AS (SELECT run, split, estimator, layer, 1 - sum(final * value) / max(value) AS c FROM i GROUP BY run, estimator, layer),
accuracy AS (SELECT run, max(step), value AS accuracy FROM v WHERE measure = 'accuracy' AND site = 'test' GROUP BY run)
SELECT split, layer, pearson(c, accuracy) AS r, pearson_lo(c, accuracy) AS lo, pearson_hi(c, accuracy) AS hi, count(*) AS n
FROM c JOIN accuracy USING (run) GROUP BY split, layer ORDER BY split DESC, layer;
