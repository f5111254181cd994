-- title: L2 penalties: compression and overfitting
-- caption: C = 1 - final / greatest I(X;T) by layer against the L2 coefficient (tanh nets, shuffled split), and the gap between training and test accuracy on both splits; mean over seeds with 95 % confidence interval, without dead nets (final training accuracy below 0.6). Coefficient 0 stands at the left end (Chelombiev et al. 2019, section 4).
-- needs: information-compression/l2
WITH v AS (SELECT task, seed, data_split AS split, optimizer_weight_decay AS l2, measure, site, step, value FROM information_compression_l2_values),
alive AS (SELECT task FROM (SELECT task, max(step), value AS accuracy FROM v
          WHERE measure = 'accuracy' AND site = 'train' GROUP BY task) WHERE accuracy >= 0.6),
i AS (SELECT task, split, l2, substr(measure, 1, instr(measure, '.') - 1) AS estimator,
             CASE WHEN site LIKE 'softmax%' THEN 6 ELSE CAST(substr(site, 8) AS INTEGER) END AS layer,
             value, step = max(step) OVER (PARTITION BY task) AS final
      FROM v WHERE task IN alive AND measure IN ('width.x', 'ebab.x', 'akde.x-upper')),
c AS (SELECT task, split, l2, estimator, layer, 1 - sum(final * value) / max(value) AS c FROM i GROUP BY task, estimator, layer)
SELECT estimator, layer, CASE l2 WHEN 0 THEN 2e-4 ELSE l2 END AS l2, avg(c) AS c, avg(c) - ci95(c) AS lo, avg(c) + ci95(c) AS hi, count(*) AS n
FROM c WHERE split = 'shuffled' GROUP BY estimator, layer, l2 ORDER BY estimator, layer, l2;
WITH v AS (SELECT task, seed, data_split AS split, optimizer_weight_decay AS l2, measure, site, step, value FROM information_compression_l2_values),
final AS (SELECT task, split, l2, site, max(step), value AS accuracy FROM v WHERE measure = 'accuracy' GROUP BY task, site),
gap AS (SELECT a.split, a.l2, a.accuracy AS train, b.accuracy AS test FROM final a JOIN final b USING (task) WHERE a.site = 'train' AND b.site = 'test')
SELECT split, CASE l2 WHEN 0 THEN 2e-4 ELSE l2 END AS l2, avg(train - test) AS gap, avg(train - test) - ci95(train - test) AS lo, avg(train - test) + ci95(train - test) AS hi,
       avg(test) AS accuracy, count(*) AS n
FROM gap WHERE train >= 0.6 GROUP BY split, l2 ORDER BY split, l2;
