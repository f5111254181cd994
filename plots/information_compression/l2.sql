-- title: L2 penalties: compression and overfitting
-- caption: C = 1 - final / greatest I(X;T) by layer against the L2 coefficient (tanh nets, shuffled split), and the gap between training and test accuracy on both splits; mean over seeds with 95 % confidence interval, without dead nets (final training accuracy below 0.6). Coefficient 0 stands at the left end (Chelombiev et al. 2019, section 4).
-- needs: information-compression/l2
SELECT estimator, layer, CASE l2 WHEN 0 THEN 2e-4 ELSE l2 END AS l2, avg(c) AS c, avg(c) - ci95(c) AS lo, avg(c) + ci95(c) AS hi, count(c) AS n
FROM compression_l2 WHERE alive AND split = 'shuffled' GROUP BY estimator, layer, compression_l2.l2 ORDER BY estimator, layer, compression_l2.l2;
WITH gap AS (SELECT DISTINCT task, split, l2, train - test AS gap, test FROM compression_l2 WHERE alive)
SELECT split, CASE l2 WHEN 0 THEN 2e-4 ELSE l2 END AS l2, avg(gap) AS gap, avg(gap) - ci95(gap) AS lo, avg(gap) + ci95(gap) AS hi,
       avg(test) AS accuracy, count(*) AS n
FROM gap GROUP BY split, gap.l2 ORDER BY split, gap.l2;
